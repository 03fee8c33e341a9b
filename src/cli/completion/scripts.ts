/** `@{` stands for `${`, which is TypeScript's. */
const script = (text: string): string => text.replaceAll('@{', '${');

const BASH = script(String.raw`# dagtop in bash; in ~/.bashrc:
#   eval "$(dagtop completion bash)"
_dagtop() {
  local current="@{COMP_WORDS[COMP_CWORD]}" directives= isFirst=1 tick=$'\x60' line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -n $isFirst ]]; then
      isFirst=
      directives=$line
      continue
    fi
    line=@{line%%$'\t'*}
    case $current in
      \"*)
        # What an open quote would still expand is kept from it.
        [[ $line == *!* ]] && continue
        line=@{line//\\/\\\\}
        line=@{line//\"/\\\"}
        line=@{line//\$/\\\$}
        line=@{line//"$tick"/\\"$tick"}
        ;;
      \'*) [[ $line == *\'* ]] && continue ;;
      *) printf -v line '%q' "$line" ;;
    esac
    COMPREPLY+=("$line")
  done < <(command dagtop __complete bash -- "@{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null </dev/null)
  [[ $directives == *files* ]] && compopt -o default 2>/dev/null
  [[ $directives == *nospace* ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _dagtop dagtop
`);

const ZSH = script(String.raw`#compdef dagtop
# dagtop in zsh; in ~/.zshrc, after compinit:
#   eval "$(dagtop completion zsh)"
_dagtop() {
  local -a lines values shown options
  local line
  local -a before
  before=("@{(@Q)words[2,CURRENT-1]}")
  lines=("@{(@f)$(command dagtop __complete zsh -- "@{before[@]}" "@{(Q)PREFIX}" 2>/dev/null </dev/null)}")
  local directives=$lines[1]
  for line in "@{(@)lines[2,-1]}"; do
    [[ -n $line ]] || continue
    values+=("@{line%%$'\t'*}")
    shown+=("@{line/$'\t'/  }")
  done
  [[ $directives == *nospace* ]] && options=(-S '')
  (( $#values )) && compadd $options -l -d shown -a values
  [[ $directives == *files* ]] && _files
  return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _dagtop "$@"
else
  compdef _dagtop dagtop
fi
`);

const FISH = String.raw`# dagtop in fish:
#   dagtop completion fish > ~/.config/fish/completions/dagtop.fish
function __dagtop_complete
    set -l before (commandline -opc)
    set -l typed (string unescape -- (commandline -ct) 2>/dev/null)
    or set typed (commandline -ct)
    set -l lines (command dagtop __complete fish -- $before[2..] "$typed" 2>/dev/null </dev/null)
    if string match -q '*files*' -- $lines[1]
        __fish_complete_path (commandline -ct)
    end
    if set -q lines[2]
        printf '%s\n' $lines[2..]
    end
end
complete -c dagtop -f -a '(__dagtop_complete)'
`;

/** What `dagtop completion` prints, by shell. Names come from `dagtop __complete` as text; the shell quotes them and evaluates none. */
export const COMPLETION_SCRIPTS: ReadonlyMap<string, string> = new Map([
  ['bash', BASH],
  ['zsh', ZSH],
  ['fish', FISH],
]);
