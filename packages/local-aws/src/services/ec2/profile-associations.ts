import type {
  AssociateIamInstanceProfileCommandInput,
  AssociateIamInstanceProfileCommandOutput,
  DescribeIamInstanceProfileAssociationsCommandInput,
  DescribeIamInstanceProfileAssociationsCommandOutput,
  DisassociateIamInstanceProfileCommandInput,
  DisassociateIamInstanceProfileCommandOutput,
  IamInstanceProfileAssociation,
  ReplaceIamInstanceProfileAssociationCommandInput,
  ReplaceIamInstanceProfileAssociationCommandOutput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { instanceDurations } from './durations.ts';
import { refuseManaged, requireState } from './instance-guards.ts';
import {
  findProfile,
  passRoleChecks,
  requireProfile,
  type ProfileSpecification,
} from './instance-profiles.ts';
import { arnOf, stateOf } from './lookup.ts';
import { describeCheck, instanceCheck } from './resource-checks.ts';
import { idKinds, requireAll, requireOne } from './resource-ids.ts';
import type { ProfileAssociation } from './state.ts';

type Association = ProfileAssociation & { readonly tags?: ReadonlyMap<string, string> };

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIamInstanceProfileAssociations.html : these two filters. */
const readers: Readers<Association> = {
  'instance-id': (association) => [association.instanceId],
  state: (association) => [association.state],
};

const render = (association: ProfileAssociation): IamInstanceProfileAssociation => ({
  AssociationId: association.associationId,
  InstanceId: association.instanceId,
  IamInstanceProfile: { Arn: association.profileArn, Id: association.profileId },
  State: association.state,
});

const describeAssociations = operation<
  DescribeIamInstanceProfileAssociationsCommandInput,
  Omit<DescribeIamInstanceProfileAssociationsCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeIamInstanceProfileAssociations', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeIamInstanceProfileAssociations', [
      'AssociationIds',
      'Filters',
      'MaxResults',
      'NextToken',
    ]);
    const all = stateOf(call).profileAssociations;
    const asked = input.AssociationIds?.length
      ? requireAll(idKinds.profileAssociation, all, input.AssociationIds)
      : [...all.values()];
    const shown = page(applyFilters<Association>(asked, input.Filters, readers), input, input.AssociationIds);
    return { IamInstanceProfileAssociations: shown.items.map(render), NextToken: shown.nextToken };
  },
});

/** Begins to associate a profile; it is associated after a while. */
const begin = (call: Call, instanceId: string, specification: ProfileSpecification): ProfileAssociation => {
  const profile = requireProfile(call, specification);
  const association: ProfileAssociation = {
    associationId: `iip-assoc-${call.ids.hex('profile-association', 17)}`,
    instanceId,
    profileArn: profile.arn,
    profileId: profile.profileId,
    state: 'associating',
  };
  stateOf(call).profileAssociations.set(association.associationId, association);
  call.timeline.at(call.now + instanceDurations.associateProfile, () => {
    if (association.state === 'associating') association.state = 'associated';
  });
  return association;
};

/** The checks on giving an instance a profile. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
const profileChecks = (
  action: string,
  call: Call,
  on: { instanceId: string; profile: ProfileSpecification | undefined },
): readonly Check[] => {
  const arn = findProfile(call, on.profile)?.arn ?? on.profile?.Arn;
  return [
    instanceCheck(action, call, on.instanceId, arn === undefined ? {} : { 'ec2:NewInstanceProfile': arn }),
    ...passRoleChecks(call, on.profile, arnOf(call, 'instance', on.instanceId)),
  ];
};

const associate = operation<
  AssociateIamInstanceProfileCommandInput,
  Omit<AssociateIamInstanceProfileCommandOutput, '$metadata'>
>({
  checks: (input, call) =>
    profileChecks('AssociateIamInstanceProfile', call, {
      instanceId: input.InstanceId ?? '*',
      profile: input.IamInstanceProfile,
    }),
  run: (input, call) => {
    acceptInput(input, 'AssociateIamInstanceProfile', ['InstanceId', 'IamInstanceProfile']);
    const state = stateOf(call);
    const instance = requireOne(idKinds.instance, state.instances, required(input.InstanceId, 'instanceId'));
    refuseManaged(instance);
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html : running or stopped, one profile.
    requireState(instance, ['running', 'stopped']);
    const held = [...state.profileAssociations.values()].find(
      (association) => association.instanceId === instance.instanceId,
    );
    if (held !== undefined) {
      throw new ServiceFault(
        'IncorrectState',
        `There is an existing association for instance ${instance.instanceId}: ${held.associationId} (${held.state})`,
      );
    }
    const made = begin(call, instance.instanceId, required(input.IamInstanceProfile, 'iamInstanceProfile'));
    return { IamInstanceProfileAssociation: render(made) };
  },
});

const instanceOf = (call: Call, associationId: string | undefined): string =>
  stateOf(call).profileAssociations.get(associationId ?? '')?.instanceId ?? '*';

const requireAssociation = (call: Call, associationId: string): ProfileAssociation => {
  const found = stateOf(call).profileAssociations.get(associationId);
  if (found !== undefined && found.state !== 'disassociated') return found;
  throw new ServiceFault('NoSuchAssociation', `An invalid association-id of '${associationId}' was given`);
};

const replace = operation<
  ReplaceIamInstanceProfileAssociationCommandInput,
  Omit<ReplaceIamInstanceProfileAssociationCommandOutput, '$metadata'>
>({
  checks: (input, call) =>
    profileChecks('ReplaceIamInstanceProfileAssociation', call, {
      instanceId: instanceOf(call, input.AssociationId),
      profile: input.IamInstanceProfile,
    }),
  run: (input, call) => {
    acceptInput(input, 'ReplaceIamInstanceProfileAssociation', ['AssociationId', 'IamInstanceProfile']);
    const state = stateOf(call);
    const old = requireAssociation(call, required(input.AssociationId, 'associationId'));
    const instance = requireOne(idKinds.instance, state.instances, old.instanceId);
    refuseManaged(instance);
    // "Replaces an IAM instance profile for the specified running instance."
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceIamInstanceProfileAssociation.html
    // Of a stopped instance AWS answers that the association is not active: disassociate, then associate, there.
    // https://github.com/aws/aws-cli/issues/5251
    if (instance.state !== 'running' || old.state === 'disassociating') {
      throw new ServiceFault(
        'IncorrectState',
        `The association ${old.associationId} is not the active association`,
      );
    }
    const made = begin(call, old.instanceId, required(input.IamInstanceProfile, 'iamInstanceProfile'));
    state.profileAssociations.delete(old.associationId);
    return { IamInstanceProfileAssociation: render(made) };
  },
});

const disassociate = operation<
  DisassociateIamInstanceProfileCommandInput,
  Omit<DisassociateIamInstanceProfileCommandOutput, '$metadata'>
>({
  checks: (input, call) => [
    instanceCheck('DisassociateIamInstanceProfile', call, instanceOf(call, input.AssociationId)),
  ],
  run: (input, call) => {
    acceptInput(input, 'DisassociateIamInstanceProfile', ['AssociationId']);
    const state = stateOf(call);
    const association = requireAssociation(call, required(input.AssociationId, 'associationId'));
    refuseManaged(requireOne(idKinds.instance, state.instances, association.instanceId));
    association.state = 'disassociating';
    call.timeline.at(call.now + instanceDurations.disassociateProfile, () => {
      association.state = 'disassociated';
      state.profileAssociations.delete(association.associationId);
    });
    return { IamInstanceProfileAssociation: render(association) };
  },
});

/** Operations that give instances their profiles and take them. None of them knows DryRun. */
export const profileAssociationOperations = {
  DescribeIamInstanceProfileAssociations: describeAssociations,
  AssociateIamInstanceProfile: associate,
  ReplaceIamInstanceProfileAssociation: replace,
  DisassociateIamInstanceProfile: disassociate,
};
