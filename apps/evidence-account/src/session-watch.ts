import { join } from 'node:path';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { SESSION_WATCH_FUNCTION_NAME, type CordonConfig } from '@cordon/incident';
import { HandlerFunction } from '@cordon/constructs';

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
    const { resource } = new HandlerFunction(this, 'Function', {
      name: SESSION_WATCH_FUNCTION_NAME,
      description: 'Cordon: carries recordings of sessions on forensic machines into the vault',
      code: join(codeRoot, 'session-watch'),
      timeoutSeconds: TIMEOUT_SECONDS,
      config,
      role: recorder,
    });
    // It is called with an empty object: whoever could change the rule could only have it look more often.
    const rule = new CfnRule(this, 'Clock', {
      name: SESSION_WATCH_FUNCTION_NAME,
      description: 'Cordon: looks at sessions on forensic machines',
      scheduleExpression: EVERY,
      targets: [{ id: 'function', arn: resource.attrArn, input: '{}' }],
    });
    new CfnPermission(this, 'CalledByClock', {
      action: 'lambda:InvokeFunction',
      functionName: resource.ref,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
  }
}
