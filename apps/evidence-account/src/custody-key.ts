import type { Construct } from 'constructs';
import { KEY_ALIASES } from '@cordon/incident';
import { GuardedKey, type DeploymentNames } from '@cordon/constructs';

/**
 * The key that signs custody entries. The deny holds against whatever the key's administrators add later but a new key
 * policy; a grant cannot be made at all, for nobody has `kms:CreateGrant`.
 */
export const custodyKey = (
  scope: Construct,
  names: DeploymentNames,
  { recorder, reader }: { readonly recorder: string; readonly reader: string },
): GuardedKey =>
  new GuardedKey(scope, 'CustodyKey', {
    alias: KEY_ALIASES.custody,
    description: 'Cordon: signs custody entries',
    kind: 'signing',
    use: [
      {
        Sid: 'RecorderSigns',
        Effect: 'Allow',
        Principal: { AWS: `arn:${names.partition}:iam::${names.evidenceAccount}:root` },
        Action: ['kms:Sign', 'kms:GetPublicKey'],
        Resource: '*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': recorder } },
      },
      {
        Sid: 'StaffVerify',
        Effect: 'Allow',
        Principal: { AWS: `arn:${names.partition}:iam::${names.evidenceAccount}:root` },
        Action: 'kms:GetPublicKey',
        Resource: '*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': reader } },
      },
      {
        Sid: 'NobodyElseSigns',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'kms:Sign',
        Resource: '*',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': recorder } },
      },
    ],
  });
