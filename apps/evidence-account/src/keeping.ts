import { join } from 'node:path';
import { Construct } from 'constructs';
import {
  ARCHIVIST_FUNCTION_NAME,
  DISPOSER_FUNCTION_NAME,
  KEEPER_FUNCTION_NAME,
  type CordonConfig,
} from '@cordon/incident';
import { archivistStatements, disposerFunctionStatements, disposerStatements } from '@cordon/responder/needs';
import { callByClock, DutyRole, HandlerFunction, type DeploymentNames } from '@cordon/constructs';

/** What keeping is made of. */
interface KeepingProps {
  readonly names: DeploymentNames;
  readonly config: CordonConfig;
  /** Folder that holds the bundles `keeper`, `archivist` and `disposer`. */
  readonly codeRoot: string;
  /** ARN of the recorder's role, in which the keeper acts: one role alone writes the vault and signs. */
  readonly recorder: string;
}

/** Holds are set object by object, some thousands in this time; and the disposer ends itself before. */
const TIMEOUT_SECONDS = 300;

/** Once a day: a lock that a hold wants longer has at least two weeks left then. */
const EVERY = 'rate(1 day)';

/**
 * What looks after evidence once it is sealed: the keeper, which writes its ledger; the archivist, which looks at all of it once a day; and,
 * where the deployment names disposers, what destroys it in the end. None of them has a permission for anybody but the clock: in one account
 * a policy of the caller is needed, and the desk, the archivist and the disposer alone have one.
 */
export class Keeping extends Construct {
  constructor(scope: Construct, id: string, { names, config, codeRoot, recorder }: KeepingProps) {
    super(scope, id);
    new HandlerFunction(this, 'Keeper', {
      name: KEEPER_FUNCTION_NAME,
      description: 'Cordon: writes what happens to evidence after its seal, and sets holds',
      code: join(codeRoot, 'keeper'),
      timeoutSeconds: TIMEOUT_SECONDS,
      config,
      role: recorder,
    });
    const clocked = new HandlerFunction(this, 'Archivist', {
      name: ARCHIVIST_FUNCTION_NAME,
      description:
        'Cordon: lengthens locks that a hold or a class of cases wants longer, and archives copies',
      code: join(codeRoot, 'archivist'),
      timeoutSeconds: 3 * TIMEOUT_SECONDS,
      config,
      statements: archivistStatements(names, config.evidence),
    });
    callByClock(this, {
      ids: { rule: 'EveryDay', permission: 'CalledByClock' },
      name: ARCHIVIST_FUNCTION_NAME,
      description: 'Cordon: looks at kept evidence once a day',
      every: EVERY,
      calls: clocked,
    });
    // Nobody can delete evidence until the deployment says who decides it: duty and function are made only then.
    if (config.evidence.disposers.length === 0) return;
    new HandlerFunction(this, 'Disposer', {
      name: DISPOSER_FUNCTION_NAME,
      description: 'Cordon: destroys evidence that two people gave up, when nothing keeps it any more',
      code: join(codeRoot, 'disposer'),
      timeoutSeconds: TIMEOUT_SECONDS,
      config,
      statements: disposerFunctionStatements(names),
    });
    new DutyRole(this, 'DisposerDuty', { duty: 'disposer', names, statements: disposerStatements(names) });
  }
}
