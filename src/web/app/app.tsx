import { useCallback, useEffect, useState } from 'react';
import { ApiError, Client } from '../../client/client.ts';
import { LiveEvents } from '../data/connection.ts';
import { SessionContext } from '../data/session.ts';
import type { Session } from '../data/session.ts';
import { forgetToken, keepToken, takeToken } from '../data/token.ts';
import { problemText } from '../parts/notice.tsx';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

type Stage =
  | { readonly is: 'asking'; readonly reason: string | undefined; readonly isBusy: boolean }
  | { readonly is: 'in'; readonly session: Session };

/** The page: who has a token that the server knows sees the shell, everyone else is asked for one. */
export function App() {
  const [stage, setStage] = useState<Stage>({ is: 'asking', reason: undefined, isBusy: false });

  const signIn = useCallback(async (token: string): Promise<void> => {
    setStage({ is: 'asking', reason: undefined, isBusy: true });
    const ask = (reason: string | undefined): void => setStage({ is: 'asking', reason, isBusy: false });
    const client = new Client({ url: '', token });
    try {
      const me = await client.call('getMe');
      keepToken(token);
      const leave = (reason: string | undefined): void => {
        live.stop();
        forgetToken();
        ask(reason);
      };
      const live = new LiveEvents(client, (error) => leave(error.message));
      live.start();
      setStage({ is: 'in', session: { client, live, me, signOut: () => leave(undefined) } });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) forgetToken();
      ask(problemText(error instanceof Error ? error : new Error(String(error))));
    }
  }, []);

  useEffect(() => {
    const begin = (): void => {
      const token = takeToken();
      if (token !== undefined) void signIn(token);
    };
    begin();
    // A second address with a token, opened in the same tab, changes no more than the hash.
    addEventListener('hashchange', begin);
    return () => removeEventListener('hashchange', begin);
  }, [signIn]);

  if (stage.is === 'asking')
    return <SignIn reason={stage.reason} isBusy={stage.isBusy} onToken={(token) => void signIn(token)} />;
  return (
    <SessionContext value={stage.session}>
      <Shell />
    </SessionContext>
  );
}
