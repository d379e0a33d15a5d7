import type { Deployment, StandingStack } from '../../core/operation.ts';
import { stackState } from './stack-state.ts';

/** Lets the API know a stack that a world was built with, so that it can be looked at and deleted. */
export const addKnownStack = (
  { world, ids, timeline, account, region }: Deployment,
  templateBody: string,
  standing: Omit<StandingStack, 'stackId'>,
): void => {
  const { stackName: name, parameters } = standing;
  const id = `arn:${world.facts.partition}:cloudformation:${region}:${account}:stack/${name}/${ids.uuid('known-stack')}`;
  world.of(stackState, account, region).stacks.set(id, {
    name,
    id,
    status: 'CREATE_COMPLETE',
    templateBody,
    parameters,
    capabilities: [],
    tags: new Map(),
    isProtected: false,
    createdAt: timeline.now(),
    events: [],
    standing: { ...standing, stackId: id },
    changeSets: new Map(),
  });
};
