import { join } from 'node:path';
import { Construct } from 'constructs';
import { EVIDENCE_DESK_FUNCTION_NAME, KEEPER_FUNCTION_NAME, type CordonConfig } from '@cordon/incident';
import { evidenceDeskStatements } from '@cordon/responder/needs';
import { HandlerFunction, openToPeople, type DeploymentNames } from '@cordon/constructs';

/** What the desk is made of. */
interface EvidenceDeskProps {
  readonly names: DeploymentNames;
  readonly config: CordonConfig;
  /** Folder that holds the bundles `keeper` and `evidence-desk`. */
  readonly codeRoot: string;
  /** ARN of the recorder's role, in which the keeper acts: one role alone writes the vault and signs. */
  readonly recorder: string;
}

/** Holds are set object by object, some thousands in this time. */
const TIMEOUT_SECONDS = 300;

/**
 * Where people come to evidence: a function with a URL whose callers AWS authenticates, and behind it the keeper, which writes the
 * ledger. The keeper has no permission for anybody: in its own account a policy of the caller is needed, and the desk alone has one.
 * Accounts of people elsewhere are admitted as by the operator function.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export class EvidenceDesk extends Construct {
  constructor(scope: Construct, id: string, { names, config, codeRoot, recorder }: EvidenceDeskProps) {
    super(scope, id);
    new HandlerFunction(this, 'Keeper', {
      name: KEEPER_FUNCTION_NAME,
      description: 'Cordon: writes what happens to evidence after its seal, and sets holds',
      code: join(codeRoot, 'keeper'),
      timeoutSeconds: TIMEOUT_SECONDS,
      config,
      role: recorder,
    });
    const { resource } = new HandlerFunction(this, 'Function', {
      name: EVIDENCE_DESK_FUNCTION_NAME,
      description: 'Cordon: lets named people open, hold and release evidence',
      code: join(codeRoot, 'evidence-desk'),
      timeoutSeconds: TIMEOUT_SECONDS + 30,
      config,
      statements: evidenceDeskStatements(names),
    });
    openToPeople(this, {
      target: resource,
      people: [...config.evidence.readers, ...config.evidence.keepers],
      account: config.accounts.evidence,
      config,
    });
  }
}
