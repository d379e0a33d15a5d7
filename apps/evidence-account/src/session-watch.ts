import { join } from 'node:path';
import { Construct } from 'constructs';
import { SESSION_WATCH_FUNCTION_NAME, type CordonConfig } from '@cordon/incident';
import { callByClock, HandlerFunction } from '@cordon/constructs';

/** A recording of a quarter of a gigabyte is read, written and read back in some minutes. Lambda's longest. */
const TIMEOUT_SECONDS = 900;

/** So soon after its end a recording leaves the account where it was made; and a session is seen while its machine still says for which incident it works. */
const EVERY = 'rate(15 minutes)';

/** What the watch is made of. */
interface SessionWatchProps {
  readonly config: CordonConfig;
  /** Folder that holds the bundle `session-watch`. */
  readonly codeRoot: string;
  /** ARN of the recorder's role, in which it acts: one role alone writes the vault and signs. */
  readonly recorder: string;
}

/** What carries recordings of sessions on forensic machines into the vault. By a clock: nothing tells of a session that ended of itself. */
export class SessionWatch extends Construct {
  constructor(scope: Construct, id: string, { config, codeRoot, recorder }: SessionWatchProps) {
    super(scope, id);
    const clocked = new HandlerFunction(this, 'Function', {
      name: SESSION_WATCH_FUNCTION_NAME,
      description: 'Cordon: carries recordings of sessions on forensic machines into the vault',
      code: join(codeRoot, 'session-watch'),
      timeoutSeconds: TIMEOUT_SECONDS,
      config,
      role: recorder,
    });
    callByClock(this, {
      ids: { rule: 'Clock', permission: 'CalledByClock' },
      name: SESSION_WATCH_FUNCTION_NAME,
      description: 'Cordon: looks at sessions on forensic machines',
      every: EVERY,
      calls: clocked,
    });
  }
}
