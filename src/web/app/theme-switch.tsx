import { useState } from 'react';
import { applyTheme, storedTheme, THEMES } from '../data/theme.ts';

const WORDS = { system: '◐ auto', light: '○ light', dark: '● dark' } as const;

/** Light, dark, or as the browser has it. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(storedTheme);
  return (
    <select
      className="theme-switch"
      aria-label="Theme"
      value={theme}
      onChange={({ target }) => {
        const chosen = THEMES.find((one) => one === target.value) ?? 'system';
        applyTheme(chosen);
        setTheme(chosen);
      }}
    >
      {THEMES.map((one) => (
        <option key={one} value={one}>
          {WORDS[one]}
        </option>
      ))}
    </select>
  );
}
