import type { CreateGrantCommandInput, CreateGrantCommandOutput, GrantListEntry } from '@aws-sdk/client-kms';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { unimplemented } from '../accept-members.ts';
import { acceptInput, required } from './accept-input.ts';
import { encryptionContextKeys, keyCheck, type Context } from './key-checks.ts';
import { requireEnabled } from './key-state.ts';
import { requireKeyByIdOrArn, targetOf, type KeyTarget } from './key-target.ts';
import { principalArns } from './principal-arns.ts';
import type { Key, KmsGrant } from './state.ts';

/** What a grant can allow, by usage of its key. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations */
const GRANTABLE: Readonly<Record<Key['usage'], readonly string[]>> = {
  ENCRYPT_DECRYPT: [
    'Decrypt',
    'Encrypt',
    'GenerateDataKey',
    'GenerateDataKeyWithoutPlaintext',
    'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext',
    'ReEncryptFrom',
    'ReEncryptTo',
    'DescribeKey',
    'CreateGrant',
    'RetireGrant',
  ],
  SIGN_VERIFY: ['Sign', 'Verify', 'GetPublicKey', 'DescribeKey', 'CreateGrant', 'RetireGrant'],
};

/** IAM user, role, session, federated user or account. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grantee-principal */
const PRINCIPAL =
  /^arn:[^:]+:(iam::\d{12}:(root|user\/.+|role\/.+)|sts::\d{12}:(assumed-role\/[^/]+\/[^/]+|federated-user\/.+))$/;

const acceptPrincipal = (arn: string, member: string): string => {
  if (PRINCIPAL.test(arn)) return arn;
  throw new ServiceFault(
    'InvalidArnException',
    `${member} ${arn} is not the ARN of an account, user, role or session`,
  );
};

const grantContext = (input: CreateGrantCommandInput): Context => {
  const constraint = Object.keys(input.Constraints ?? {})[0];
  const { EncryptionContextSubset, EncryptionContextEquals } = input.Constraints ?? {};
  return {
    // The pairs of the constraint. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context
    ...encryptionContextKeys(EncryptionContextEquals ?? EncryptionContextSubset),
    'kms:GrantIsForAWSResource': 'false',
    ...(input.GranteePrincipal === undefined ? {} : { 'kms:GranteePrincipal': input.GranteePrincipal }),
    ...(input.RetiringPrincipal === undefined ? {} : { 'kms:RetiringPrincipal': input.RetiringPrincipal }),
    ...(input.Operations === undefined ? {} : { 'kms:GrantOperations': input.Operations }),
    ...(constraint === undefined ? {} : { 'kms:GrantConstraintType': constraint }),
  };
};

const grantFrom = (input: CreateGrantCommandInput, call: Call, key: Key): KmsGrant => {
  const operations = required(input.Operations, 'operations');
  const wrong = operations.find((name) => !GRANTABLE[key.usage].includes(name));
  if (wrong !== undefined || operations.length === 0) {
    throw new ServiceFault(
      'ValidationException',
      `Grant operation ${wrong} is not valid for a key whose usage is ${key.usage}`,
    );
  }
  const { EncryptionContextSubset, EncryptionContextEquals, SourceArn } = input.Constraints ?? {};
  if (SourceArn !== undefined) throw unimplemented('Constraints.SourceArn', 'CreateGrant');
  if ((EncryptionContextSubset ?? EncryptionContextEquals) !== undefined && key.usage !== 'ENCRYPT_DECRYPT') {
    throw new ServiceFault(
      'ValidationException',
      'An encryption context constraint is valid only on a symmetric encryption key',
    );
  }
  return {
    grantId: call.ids.hex('kms-grant', 64),
    granteePrincipalArn: acceptPrincipal(
      required(input.GranteePrincipal, 'granteePrincipal'),
      'GranteePrincipal',
    ),
    operations,
    issuingAccount: call.caller.account,
    createdAt: call.now,
    tokens: [],
    ...(input.Name === undefined ? {} : { name: input.Name }),
    ...(input.RetiringPrincipal === undefined
      ? {}
      : { retiringPrincipal: acceptPrincipal(input.RetiringPrincipal, 'RetiringPrincipal') }),
    ...(EncryptionContextSubset === undefined ? {} : { encryptionContextSubset: EncryptionContextSubset }),
    ...(EncryptionContextEquals === undefined ? {} : { encryptionContextEquals: EncryptionContextEquals }),
  };
};

const contains = (
  all: Readonly<Record<string, string>> | undefined,
  some: Readonly<Record<string, string>>,
): boolean => Object.entries(some).every(([name, value]) => all?.[name] === value);

/** Whether `child` allows nothing that `parent` does not. */
const isWithin = (child: KmsGrant, parent: KmsGrant): boolean => {
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = parent;
  const childContext = child.encryptionContextEquals ?? child.encryptionContextSubset;
  return (
    child.operations.every((name) => parent.operations.includes(name)) &&
    (subset === undefined || contains(childContext, subset)) &&
    (equals === undefined ||
      (contains(child.encryptionContextEquals, equals) &&
        contains(equals, child.encryptionContextEquals ?? {})))
  );
};

/**
 * Who may create grants only by a grant can pass on no more than that grant holds.
 * https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-creategrant
 */
const acceptPassedOn = (
  call: Call,
  on: {
    readonly target: KeyTarget;
    readonly key: Key;
    readonly input: CreateGrantCommandInput;
    readonly wanted: KmsGrant;
  },
): void => {
  const decision = call.decide(
    keyCheck(call, 'CreateGrant', { target: on.target, context: grantContext(on.input) }),
  );
  // A call from another account names every statement that let it: none of the key policy means that a grant did.
  const byPolicy =
    decision.layer === 'cross-account' &&
    decision.decisive.some(({ policy }) => policy === on.key.policy.name);
  if (byPolicy || (decision.layer !== 'grant' && decision.layer !== 'cross-account')) return;
  const names = principalArns(call.world, call.caller);
  const held = on.key.grants.filter(
    ({ operations, granteePrincipalArn }) =>
      operations.includes('CreateGrant') && names.includes(granteePrincipalArn),
  );
  if (!held.some((parent) => isWithin(on.wanted, parent))) {
    throw new ServiceFault(
      'AccessDeniedException',
      `A grant on ${on.key.arn} that lets its grantee create grants does not hold all that the new grant would allow`,
    );
  }
};

const inOrder = (pairs: Readonly<Record<string, string>> | undefined): readonly string[] =>
  Object.entries(pairs ?? {})
    .map((pair) => JSON.stringify(pair))
    .toSorted();

const sameTerms = (grant: KmsGrant): string =>
  JSON.stringify([
    grant.name,
    grant.granteePrincipalArn,
    [...grant.operations].toSorted(),
    grant.retiringPrincipal,
    inOrder(grant.encryptionContextSubset),
    inOrder(grant.encryptionContextEquals),
  ]);

/**
 * With a Name, a repetition gives the grant that is there, with a new token; without, each request makes another grant.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html (Name)
 */
export const createGrant = operation<CreateGrantCommandInput, Omit<CreateGrantCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    keyCheck(call, 'CreateGrant', { target: targetOf(call, input.KeyId), context: grantContext(input) }),
  ],
  run: (input, call) => {
    acceptInput(input, call, {
      operation: 'CreateGrant',
      members: ['KeyId', 'GranteePrincipal', 'RetiringPrincipal', 'Operations', 'Constraints', 'Name'],
    });
    const target = targetOf(call, required(input.KeyId, 'keyId'));
    const key = requireKeyByIdOrArn(call, target);
    requireEnabled(key);
    const wanted = grantFrom(input, call, key);
    acceptPassedOn(call, { target, key, input, wanted });
    const held =
      wanted.name === undefined
        ? undefined
        : key.grants.find((grant) => sameTerms(grant) === sameTerms(wanted));
    const grant = held ?? wanted;
    if (held === undefined) key.grants.push(wanted);
    const token = Buffer.from(call.ids.hex('kms-grant-token', 128), 'hex').toString('base64');
    grant.tokens.push(token);
    return { GrantId: grant.grantId, GrantToken: token };
  },
});

type ApiGrantOperation = NonNullable<GrantListEntry['Operations']>[number];

/** Whether a grant can hold this operation for some key. */
export const isGrantOperation = (name: string): name is ApiGrantOperation =>
  GRANTABLE.ENCRYPT_DECRYPT.includes(name) || GRANTABLE.SIGN_VERIFY.includes(name);
