import { join } from 'node:path';
import { Construct } from 'constructs';
import { deskPeople, EVIDENCE_DESK_FUNCTION_NAME, type CordonConfig } from '@cordon/incident';
import { evidenceDeskStatements } from '@cordon/responder/needs';
import { HandlerFunction, openToPeople, type DeploymentNames } from '@cordon/constructs';

/** What the desk is made of. */
interface EvidenceDeskProps {
  readonly names: DeploymentNames;
  readonly config: CordonConfig;
  /** Folder that holds the bundle `evidence-desk`. */
  readonly codeRoot: string;
}

/** The keeper takes five minutes at most, and so does what it calls after it. */
const TIMEOUT_SECONDS = 630;

/**
 * Where people come to evidence: a function with a URL whose callers AWS authenticates, and behind it the keeper, which writes the
 * ledger.
 * Accounts of people elsewhere are admitted as by the operator function.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export class EvidenceDesk extends Construct {
  constructor(scope: Construct, id: string, { names, config, codeRoot }: EvidenceDeskProps) {
    super(scope, id);
    const { resource } = new HandlerFunction(this, 'Function', {
      name: EVIDENCE_DESK_FUNCTION_NAME,
      description: 'Cordon: lets named people open, hold, release and dispose of evidence',
      code: join(codeRoot, 'evidence-desk'),
      timeoutSeconds: TIMEOUT_SECONDS,
      config,
      statements: evidenceDeskStatements(names, { disposes: config.evidence.disposers.length > 0 }),
    });
    openToPeople(this, {
      target: resource,
      people: deskPeople(config),
      account: config.accounts.evidence,
      config,
    });
  }
}
