import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { breakGlassRoleArn } from './break-glass.ts';
import { policyDocument } from './policy-document.ts';

/** Administration that neither uses the key nor lets anybody use it by grant; what ends the key is denied again below. */
const ADMINISTER = [
  'kms:CreateAlias',
  'kms:DescribeKey',
  'kms:EnableKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:List*',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];
/** What makes everything under the key unreadable, lets that be done, or gives the key's name to another. */
const END = [
  'kms:DeleteAlias',
  'kms:DisableKey',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:UpdateAlias',
];

/** What a key is made of. */
export interface GuardedKeyProps {
  /** Absent: the key is known by its ARN only. */
  readonly alias?: string;
  readonly description: string;
  /** `signing` is ECDSA on P-256, `encryption` is symmetric with rotation. */
  readonly kind: 'encryption' | 'signing';
  /** Who may use it and how: the only statements that allow use. */
  readonly use: readonly object[];
}

/**
 * A key that its account may administer but not use, and that only break-glass can end, or change in what it admits. The deny names administrative
 * actions alone, so it never meets EC2's own `aws:ec2-infrastructure` roles (aws-facts 3.5).
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export class GuardedKey extends Construct {
  readonly resource: CfnKey;

  constructor(scope: Construct, id: string, { alias, description, kind, use }: GuardedKeyProps) {
    super(scope, id);
    const root = { AWS: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root` };
    const breakGlass = { 'aws:PrincipalArn': breakGlassRoleArn(Aws.PARTITION, Aws.ACCOUNT_ID) };
    this.resource = new CfnKey(this, 'Key', {
      description,
      ...(kind === 'signing'
        ? { keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' }
        : { enableKeyRotation: true }),
      pendingWindowInDays: 30,
      // KMS refuses a policy that its maker cannot change later, unless it is told that this is meant.
      // https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html#API_CreateKey_RequestSyntax
      bypassPolicyLockoutSafetyCheck: true,
      keyPolicy: policyDocument([
        {
          Sid: 'Administer',
          Effect: 'Allow',
          Principal: root,
          // KMS rotates no asymmetric key: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
          Action: [...ADMINISTER, ...END, ...(kind === 'signing' ? [] : ['kms:EnableKeyRotation'])],
          Resource: '*',
        },
        {
          Sid: 'NobodyElseMayEnd',
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: END,
          Resource: '*',
          Condition: { ArnNotEquals: breakGlass },
        },
        ...use,
      ]),
    });
    this.resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
    if (alias === undefined) return;
    const name = new CfnAlias(this, 'Alias', { aliasName: alias, targetKeyId: this.resource.ref });
    // It stays with its key: CloudFormation, which is not break-glass, may not take it off, and the stack could not be deleted.
    name.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}
