import type {
  GetInstanceProfileCommandInput,
  GetInstanceProfileCommandOutput,
  InstanceProfile as ProfileView,
  ListInstanceProfilesForRoleCommandInput,
  ListInstanceProfilesForRoleCommandOutput,
} from '@aws-sdk/client-iam';
import { operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { takePage } from '../page.ts';
import { findRole, invalid, noSuchEntity, roleCheck, stateOf } from './role-target.ts';
import { roleView } from './roles.ts';
import type { IamState, InstanceProfile } from './state.ts';
import { DEFAULT_PAGE_SIZE, tagList } from './tags.ts';

/** A profile with its role as the API has it; tags are GetInstanceProfile's alone. */
const profileView = (state: IamState, profile: InstanceProfile): ProfileView => ({
  Path: profile.path,
  InstanceProfileName: profile.name,
  InstanceProfileId: profile.profileId,
  Arn: profile.arn,
  CreateDate: new Date(profile.createdAt ?? 0),
  Roles: profile.roleNames.flatMap((name) => {
    const role = state.roles.get(name);
    return role === undefined ? [] : [roleView(state, role)];
  }),
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html */
export const getInstanceProfile = operation<
  GetInstanceProfileCommandInput,
  Omit<GetInstanceProfileCommandOutput, '$metadata'>
>({
  checks: (input, call) => {
    const name = input.InstanceProfileName ?? '';
    const profile = stateOf(call).instanceProfiles.get(name);
    return [
      {
        action: 'iam:GetInstanceProfile',
        resource:
          profile?.arn ??
          `arn:${call.world.facts.partition}:iam::${call.caller.account}:instance-profile/${name}`,
        context: Object.fromEntries(
          [...(profile?.tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
        ),
      },
    ];
  },
  run: (input, call) => {
    acceptMembers(input, 'GetInstanceProfile', ['InstanceProfileName']);
    const state = stateOf(call);
    const profile = state.instanceProfiles.get(input.InstanceProfileName ?? '');
    if (profile === undefined)
      throw noSuchEntity(`Instance Profile ${input.InstanceProfileName ?? ''} cannot be found.`);
    return {
      InstanceProfile: {
        ...profileView(state, profile),
        ...(profile.tags === undefined || profile.tags.size === 0 ? {} : { Tags: tagList(profile.tags) }),
      },
    };
  },
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html */
export const listInstanceProfilesForRole = operation<
  ListInstanceProfilesForRoleCommandInput,
  Omit<ListInstanceProfilesForRoleCommandOutput, '$metadata'>
>({
  checks: (input, call) => [roleCheck('ListInstanceProfilesForRole', call, input.RoleName)],
  run: (input, call) => {
    acceptMembers(input, 'ListInstanceProfilesForRole', ['RoleName', 'Marker', 'MaxItems']);
    const state = stateOf(call);
    const role = findRole(call, input.RoleName);
    const page = takePage(
      [...state.instanceProfiles.values()].filter(({ roleNames }) => roleNames.includes(role.name)),
      { token: input.Marker, size: input.MaxItems ?? DEFAULT_PAGE_SIZE },
      (marker) => invalid(`Invalid Marker: ${marker}`),
    );
    return {
      InstanceProfiles: page.items.map((profile) => profileView(state, profile)),
      IsTruncated: page.next !== undefined,
      ...(page.next === undefined ? {} : { Marker: page.next }),
    };
  },
});
