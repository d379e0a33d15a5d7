import type { GetInstanceProfileCommandInput, GetInstanceProfileCommandOutput } from '@aws-sdk/client-iam';
import { operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { noSuchEntity, stateOf } from './role-target.ts';
import { roleView } from './roles.ts';
import { tagList } from './tags.ts';

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
        Path: profile.path,
        InstanceProfileName: profile.name,
        InstanceProfileId: profile.profileId,
        Arn: profile.arn,
        CreateDate: new Date(profile.createdAt ?? 0),
        Roles: profile.roleNames.flatMap((name) => {
          const role = state.roles.get(name);
          return role === undefined ? [] : [roleView(state, role)];
        }),
        ...(profile.tags === undefined || profile.tags.size === 0 ? {} : { Tags: tagList(profile.tags) }),
      },
    };
  },
});
