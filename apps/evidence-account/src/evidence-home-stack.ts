import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  ARCHIVIST_FUNCTION_NAME,
  deskPeople,
  DISPOSER_FUNCTION_NAME,
  EVIDENCE_DESK_FUNCTION_NAME,
  KEEPER_FUNCTION_NAME,
  READ_WATCH_FUNCTION_NAME,
  RECORDER_FUNCTION_NAME,
  SESSION_WATCH_FUNCTION_NAME,
  vaultBucketName,
  type CordonConfig,
} from '@cordon/incident';
import { custodianStatements } from '@cordon/responder/needs';
import { deploymentNames, DutyRole, functionAlarms } from '@cordon/constructs';
import { HasherRoles } from './block-hasher.ts';
import { custodyKey } from './custody-key.ts';
import { EvidenceDesk } from './evidence-desk.ts';
import { EvidenceReader } from './evidence-reader.ts';
import { ReadTrail } from './read-trail.ts';
import { ReadWatch } from './read-watch.ts';
import { SessionWatch } from './session-watch.ts';
import { Keeping } from './keeping.ts';
import { Recorder } from './recorder.ts';
import { Vault } from './vault.ts';
import { vaultRoles } from './vault-roles.ts';

/** What the stack is made of. */
interface EvidenceHomeStackProps {
  readonly config: CordonConfig;
  /** Folder that holds the bundles `recorder`, `read-watch`, `session-watch`, `keeper`, `archivist`, `disposer` and `evidence-desk`. */
  readonly codeRoot: string;
}

/** The evidence account's home Region: vault, custody key, recorder and the custodian's role. */
export class EvidenceHomeStack extends Stack {
  constructor(scope: Construct, id: string, { config, codeRoot }: EvidenceHomeStackProps) {
    super(scope, id, {
      description: 'Cordon: vault, custody key and recorder of the evidence account',
      terminationProtection: true,
    });
    const names = deploymentNames(config);
    const roles = vaultRoles(names, config);
    const { recorder, reader, hasher } = roles;
    const vault = new Vault(this, 'Vault', {
      names,
      config,
      bucketName: vaultBucketName(names.evidenceAccount),
      region: names.homeRegion,
      ...roles,
    });
    const custody = custodyKey(this, names, { recorder, reader });
    const keys = { custody: custody.resource.attrArn, vault: vault.key.resource.attrArn };
    const { roleArn } = new Recorder(this, 'Recorder', {
      names,
      config,
      code: join(codeRoot, 'recorder'),
      keys,
    });
    new ReadTrail(this, 'Trail', { names, config });
    new ReadWatch(this, 'Reads', { config, codeRoot, recorder: roleArn });
    new SessionWatch(this, 'Sessions', { config, codeRoot, recorder: roleArn });
    if (hasher !== undefined)
      new HasherRoles(this, 'Hasher', {
        names,
        vaultKey: keys.vault,
        config,
      });
    // Nobody is let in until the deployment says who: role and desk are made only then.
    if (config.evidence.readers.length > 0) new EvidenceReader(this, 'Reader', { names, keys });
    new Keeping(this, 'Keeping', { names, config, codeRoot, recorder: roleArn });
    if (deskPeople(config).length > 0) new EvidenceDesk(this, 'Desk', { names, config, codeRoot });
    const { disposers } = config.evidence;
    for (const name of [
      RECORDER_FUNCTION_NAME,
      READ_WATCH_FUNCTION_NAME,
      SESSION_WATCH_FUNCTION_NAME,
      KEEPER_FUNCTION_NAME,
      ARCHIVIST_FUNCTION_NAME,
      ...(disposers.length === 0 ? [] : [DISPOSER_FUNCTION_NAME]),
      ...(deskPeople(config).length === 0 ? [] : [EVIDENCE_DESK_FUNCTION_NAME]),
    ])
      functionAlarms(this, name);
    new DutyRole(this, 'Custodian', {
      duty: 'custodian',
      names,
      statements: custodianStatements(names, config.evidence.lockDays),
    });
  }
}
