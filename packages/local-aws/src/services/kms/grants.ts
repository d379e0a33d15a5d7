import type {
  GrantListEntry,
  ListGrantsCommandInput,
  ListGrantsCommandOutput,
  RevokeGrantCommandInput,
} from '@aws-sdk/client-kms';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { createGrant, isGrantOperation } from './create-grant.ts';
import { keyCheck } from './key-checks.ts';
import { requireKeyByIdOrArn, targetOf } from './key-target.ts';
import { pageOf } from './page.ts';
import { retireGrant } from './retire-grant.ts';
import type { Key, KmsGrant } from './state.ts';

type Output<T> = Omit<T, '$metadata'>;

const listed = (key: Key, grant: KmsGrant): GrantListEntry => ({
  KeyId: key.arn,
  GrantId: grant.grantId,
  CreationDate: new Date(grant.createdAt),
  GranteePrincipal: grant.granteePrincipalArn,
  IssuingAccount: `arn:${key.arn.split(':')[1]}:iam::${grant.issuingAccount}:root`,
  // Only what CreateGrant accepted is in there, and that came typed.
  Operations: grant.operations.filter(isGrantOperation),
  ...(grant.name === undefined ? {} : { Name: grant.name }),
  ...(grant.retiringPrincipal === undefined ? {} : { RetiringPrincipal: grant.retiringPrincipal }),
  ...(grant.encryptionContextSubset === undefined && grant.encryptionContextEquals === undefined
    ? {}
    : {
        Constraints: {
          ...(grant.encryptionContextSubset === undefined
            ? {}
            : { EncryptionContextSubset: { ...grant.encryptionContextSubset } }),
          ...(grant.encryptionContextEquals === undefined
            ? {}
            : { EncryptionContextEquals: { ...grant.encryptionContextEquals } }),
        },
      }),
});

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html : also of another account's key */
const listGrants = operation<ListGrantsCommandInput, Output<ListGrantsCommandOutput>>({
  checks: (input, call) => [
    keyCheck(call, 'ListGrants', {
      target: targetOf(call, input.KeyId),
      context: { 'kms:GrantIsForAWSResource': 'false' },
    }),
  ],
  run: (input, call) => {
    acceptInput(input, call, {
      operation: 'ListGrants',
      members: ['KeyId', 'GrantId', 'GranteePrincipal', 'Limit', 'Marker'],
    });
    const key = requireKeyByIdOrArn(call, targetOf(call, required(input.KeyId, 'keyId')));
    const { GrantId, GranteePrincipal } = input;
    if (GrantId !== undefined && !key.grants.some(({ grantId }) => grantId === GrantId))
      throw noGrant(GrantId);
    const wanted = key.grants
      .filter(({ grantId }) => GrantId === undefined || grantId === GrantId)
      .filter(
        ({ granteePrincipalArn }) =>
          GranteePrincipal === undefined || granteePrincipalArn === GranteePrincipal,
      );
    const { items, marker } = pageOf(wanted, { limit: input.Limit ?? 50, marker: input.Marker });
    return {
      Grants: items.map((grant) => listed(key, grant)),
      Truncated: marker !== undefined,
      ...(marker === undefined ? {} : { NextMarker: marker }),
    };
  },
});

const noGrant = (grantId: string): ServiceFault =>
  new ServiceFault('NotFoundException', `Grant ID ${grantId} not found`);

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html */
const revokeGrant = operation<RevokeGrantCommandInput, object>({
  checks: (input, call) => [
    keyCheck(call, 'RevokeGrant', {
      target: targetOf(call, input.KeyId),
      context: { 'kms:GrantIsForAWSResource': 'false' },
    }),
  ],
  run: (input, call) => {
    acceptInput(input, call, { operation: 'RevokeGrant', members: ['KeyId', 'GrantId'] });
    const key = requireKeyByIdOrArn(call, targetOf(call, required(input.KeyId, 'keyId')));
    const grantId = required(input.GrantId, 'grantId');
    const at = key.grants.findIndex((grant) => grant.grantId === grantId);
    if (at < 0) throw noGrant(grantId);
    key.grants.splice(at, 1);
    return {};
  },
});

/** Operations on grants. */
export const grantOperations: Readonly<Record<string, Operation>> = {
  CreateGrant: createGrant,
  ListGrants: listGrants,
  RevokeGrant: revokeGrant,
  RetireGrant: retireGrant,
};
