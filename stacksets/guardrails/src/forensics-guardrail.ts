import {
  FORENSIC_MACHINE_ROLE_NAME,
  IAM_PATH,
  SESSION_DOCUMENT_NAME,
  SESSION_LOG_GROUP_NAME,
  type CordonConfig,
} from '@cordon/incident';
import { policyDocument } from '@cordon/constructs';
import { arn, bootstrap, breakGlass, roles, unless } from './principals.ts';

/**
 * For the forensics account: recordings of sessions are written by forensic machines alone, nobody ends or shortens them before they are in the vault, and the document that
 * records stays as it is.
 */
export const forensicsGuardrail = (config: Pick<CordonConfig, 'accounts' | 'homeRegion'>): object => {
  const { forensics } = config.accounts;
  const recordings = arn(config, `logs:*:*:log-group:${SESSION_LOG_GROUP_NAME}`);
  const machine = roles(config, `${IAM_PATH.slice(1)}${FORENSIC_MACHINE_ROLE_NAME}`, forensics);
  const deployment = unless(bootstrap(config, forensics), breakGlass(config));
  return policyDocument([
    {
      Sid: 'MachinesAloneRecord',
      Effect: 'Deny',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `${recordings}:*`,
      Condition: unless(machine),
    },
    {
      Sid: 'KeepRecordings',
      Effect: 'Deny',
      Action: [
        'logs:AssociateKmsKey',
        'logs:DeleteLogGroup',
        'logs:DeleteLogStream',
        'logs:DisassociateKmsKey',
        'logs:PutRetentionPolicy',
      ],
      Resource: [recordings, `${recordings}:*`],
      Condition: deployment,
    },
    {
      Sid: 'KeepSessionDocument',
      Effect: 'Deny',
      Action: ['ssm:DeleteDocument', 'ssm:UpdateDocument', 'ssm:UpdateDocumentDefaultVersion'],
      Resource: arn(config, `ssm:*:*:document/${SESSION_DOCUMENT_NAME}`),
      Condition: deployment,
    },
  ]);
};
