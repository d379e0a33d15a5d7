import { ServiceFault } from '../../core/fault.ts';
import type { Call } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { awsManagedKey, isManagedService } from './aws-managed-key.ts';
import { kmsState, type Key } from './state.ts';

/** Account and Region. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** What a request named: where it lies, its ARN for policies, and the key when there is one. */
export interface KeyTarget extends Place {
  /** ARN of the key; of the alias when that leads to no key. */
  readonly arn: string;
  /** The reference as given. */
  readonly reference: string;
  /** `alias/name` when the request named an alias. */
  readonly requestAlias?: string;
  readonly key?: Key;
  /** `alias/name` of every alias of the key. */
  readonly aliases: readonly string[];
}

const ARN = /^arn:[^:]+:kms:([^:]*):([^:]*):(key|alias)\/(.+)$/;

/** The aliases of a key, as `alias/name`. */
const aliasesOf = (world: World, place: Place, keyId: string): readonly string[] =>
  [...world.of(kmsState, place.account, place.region).aliases]
    .filter(([, id]) => id === keyId)
    .map(([name]) => name);

/**
 * Finds what `reference` names: key id, key ARN, alias name or alias ARN. A bare id or alias is looked up in `place`, that
 * is in the caller's own account; another account's key needs its ARN.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
export const findKey = (world: World, place: Place, reference: string): KeyTarget => {
  const parts = ARN.exec(reference);
  const region = parts?.[1] ?? place.region;
  const account = parts?.[2] ?? place.account;
  const name = parts === null ? reference : parts[3] === 'alias' ? `alias/${parts[4]}` : (parts[4] ?? '');
  const state = world.of(kmsState, account, region);
  const isAlias = name.startsWith('alias/');
  const keyId = isAlias ? state.aliases.get(name) : name;
  const key = keyId === undefined ? undefined : state.keys.get(keyId);
  const path = isAlias ? name : `key/${name}`;
  return {
    account,
    region,
    reference,
    arn: key?.arn ?? `arn:${world.facts.partition}:kms:${region}:${account}:${path}`,
    aliases: key === undefined ? [] : aliasesOf(world, { account, region }, key.keyId),
    ...(isAlias ? { requestAlias: name } : {}),
    ...(key === undefined ? {} : { key }),
  };
};

/**
 * As `findKey` for the caller; a predefined AWS alias such as `alias/aws/ebs` gets its AWS managed key when first named.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html (KeyId)
 */
export const targetOf = (call: Call, reference: string | undefined): KeyTarget => {
  const place = { account: call.caller.account, region: call.region };
  const found = findKey(call.world, place, reference ?? '');
  const service = /^alias\/aws\/(.+)$/.exec(found.requestAlias ?? '')?.[1];
  if (found.key !== undefined || service === undefined || !isManagedService(service)) return found;
  if (found.account !== place.account || found.region !== place.region) return found;
  awsManagedKey(call.world, { ...place, service }, call);
  return findKey(call.world, place, found.reference);
};

/**
 * The key of a target, for an operation of KMS itself in the call's Region.
 *
 * @throws ServiceFault NotFoundException: no such key, or an ARN of another Region, in which KMS is another endpoint
 */
export const requireKey = (call: Call, target: KeyTarget): Key => {
  if (target.region !== call.region)
    throw new ServiceFault('NotFoundException', `Invalid arn ${target.region}`);
  if (target.key !== undefined) return target.key;
  throw target.requestAlias === undefined
    ? new ServiceFault('NotFoundException', `Key '${target.arn}' does not exist`)
    : new ServiceFault('NotFoundException', `Alias ${target.arn} is not found.`);
};

/**
 * As `requireKey`, for operations that take a key id or key ARN but no alias (CreateGrant, PutKeyPolicy, DisableKey, ...).
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html (KeyId)
 */
export const requireKeyByIdOrArn = (call: Call, target: KeyTarget): Key => {
  if (target.requestAlias !== undefined)
    throw new ServiceFault('NotFoundException', `Invalid keyId '${target.reference}'`);
  return requireKey(call, target);
};

/**
 * As `requireKeyByIdOrArn`, for operations that have no effect on another account's key whatever its policy says.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
 *
 * @throws ServiceFault AccessDeniedException for another account's key
 */
export const requireOwnKey = (call: Call, target: KeyTarget): Key => {
  if (target.account !== call.caller.account) {
    throw new ServiceFault(
      'AccessDeniedException',
      `This operation cannot be performed on ${target.arn}, a KMS key of another AWS account`,
    );
  }
  return requireKeyByIdOrArn(call, target);
};
