import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { breakGlassRoleArn } from './break-glass.ts';
import { policyDocument } from './policy-document.ts';

/** Administration that neither uses the key, nor lets anybody use it by grant, nor ends it. */
const ADMINISTER = [
  'kms:Describe*',
  'kms:Get*',
  'kms:List*',
  'kms:CreateAlias',
  'kms:UpdateAlias',
  'kms:DeleteAlias',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:PutKeyPolicy',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];
/** What makes everything under the key unreadable. */
const DESTROY = ['kms:ScheduleKeyDeletion', 'kms:DisableKey'];

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
 * A key that its account may administer but not use, and that only break-glass can end. The deny names administrative
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
      keyPolicy: policyDocument([
        { Sid: 'Administer', Effect: 'Allow', Principal: root, Action: ADMINISTER, Resource: '*' },
        {
          Sid: 'BreakGlassMayEnd',
          Effect: 'Allow',
          Principal: root,
          Action: DESTROY,
          Resource: '*',
          Condition: { ArnEquals: breakGlass },
        },
        {
          Sid: 'NobodyElseMayEnd',
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: DESTROY,
          Resource: '*',
          Condition: { ArnNotEquals: breakGlass },
        },
        ...use,
      ]),
    });
    this.resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
    if (alias !== undefined)
      new CfnAlias(this, 'Alias', { aliasName: alias, targetKeyId: this.resource.ref });
  }
}
