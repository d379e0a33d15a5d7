import type { Call, Check } from '../../core/operation.ts';
import { awsManagedKey } from '../kms/aws-managed-key.ts';
import { encryptionContextKeys, keyCheck } from '../kms/key-checks.ts';
import { findKey, targetOf, type KeyTarget } from '../kms/key-target.ts';

/**
 * What EBS asks of KMS with the caller's rights, by how a key is used. AWS lists the union for both keys of a copy and does
 * not say which key needs what: the split is the stricter reading of aws-facts 3.5, hence `assumed`.
 * https://docs.aws.amazon.com/ebs/latest/userguide/share-kms-key.html
 * https://docs.aws.amazon.com/ebs/latest/userguide/how-ebs-encryption-works.html
 */
const ACTIONS = {
  /** The key of the snapshot that is read. */
  source: ['DescribeKey', 'Decrypt', 'ReEncryptFrom', 'CreateGrant'],
  /** The key of the copy or volume that is written. */
  destination: ['DescribeKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptTo', 'CreateGrant', 'Decrypt'],
  /** A volume under the very key of its snapshot, or a new one: nothing is encrypted again. */
  volume: ['DescribeKey', 'GenerateDataKeyWithoutPlaintext', 'CreateGrant', 'Decrypt'],
  /** A volume that is attached: the host gets a grant to decrypt the data key. */
  attachment: ['CreateGrant'],
} as const;

/** One key in one EBS request. */
export interface KeyUse {
  readonly target: KeyTarget;
  readonly use: keyof typeof ACTIONS;
  /** `vol-...` for volumes, `snap-...` for copies: the encryption context `aws:ebs:id`. https://docs.aws.amazon.com/kms/latest/developerguide/services-ebs.html */
  readonly ebsId: string;
}

/** The key that a request names by id, ARN, alias or alias ARN; without one the account's default EBS key, `aws/ebs`. */
export const requestedKey = (call: Call, reference: string | undefined): KeyTarget => {
  if (reference !== undefined) return targetOf(call, reference);
  const place = { account: call.caller.account, region: call.region };
  return findKey(call.world, place, awsManagedKey(call.world, { ...place, service: 'ebs' }, call).arn);
};

/** The key with this ARN, as it is now. */
export const keyByArn = (call: Call, arn: string): KeyTarget =>
  findKey(call.world, { account: call.caller.account, region: call.region }, arn);

/**
 * Regions through whose EC2 the key is called. AWS does not say for the source key of a cross-Region copy (aws-facts 3.5):
 * the stricter reading asks through both.
 */
const serviceRegions = (call: Call, { target }: KeyUse): readonly string[] => [
  ...new Set([call.region, target.region]),
];

/**
 * The checks that KMS makes for one key of an EBS request, as EC2 passes the caller's request on.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export const ebsKeyChecks = (call: Call, use: KeyUse): readonly Check[] =>
  serviceRegions(call, use).flatMap((region) =>
    ACTIONS[use.use].map((action) => ({
      ...keyCheck(call, action, {
        target: use.target,
        context: {
          'kms:ViaService': `ec2.${region}.amazonaws.com`,
          'aws:ViaAWSService': 'true',
          'aws:RequestedRegion': use.target.region,
          ...(action === 'DescribeKey' ? {} : encryptionContextKeys({ 'aws:ebs:id': use.ebsId })),
          ...(action === 'CreateGrant'
            ? { 'kms:GrantIsForAWSResource': 'true', 'kms:GrantConstraintType': 'EncryptionContextSubset' }
            : {}),
        },
      }),
      assumed: true as const,
    })),
  );

/** EBS uses enabled symmetric keys only. https://docs.aws.amazon.com/kms/latest/developerguide/services-ebs.html */
export const isInOrder = ({ key }: KeyTarget): boolean =>
  key?.state === 'Enabled' && key.spec === 'SYMMETRIC_DEFAULT';

/** A key of the Region's own account or of another one, but never of another Region for what is written here. */
const isWithinReach = (call: Call, { target, use }: KeyUse): boolean =>
  use === 'source' || target.region === call.region;

/** Whether every key exists, can be used, and lets the caller: what AWS finds out after it has replied. */
export const keysAdmit = (call: Call, uses: readonly KeyUse[]): boolean =>
  uses.every(
    (use) =>
      isInOrder(use.target) &&
      isWithinReach(call, use) &&
      ebsKeyChecks(call, use).every((check) => call.decide(check).verdict === 'allow'),
  );
