import { ServiceFault } from '../../core/fault.ts';
import type { Deployment, ResourceRemoval, Service } from '../../core/operation.ts';
import { arnHere, needs, textIn } from '../removal-checks.ts';
import { recompile } from './resource-types.ts';
import { eventsState, findBus, readBusArn, type BusPlace } from './state.ts';

/** Rules go first. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html */
const bus: ResourceRemoval = {
  checks: (_resource, { ref }, on) =>
    needs(['events:DeleteEventBus'], arnHere(on, 'events', `event-bus/${ref}`)),
  remove: (_resource, { ref }, { world, account, region }) => {
    const { buses } = world.of(eventsState, account, region);
    const rules = [...(buses.get(ref)?.rules.keys() ?? [])];
    if (rules.length > 0)
      throw new ServiceFault(
        'ValidationException',
        `Event bus ${ref} has rules and cannot be deleted: ${rules.join(', ')}`,
      );
    buses.delete(ref);
    return undefined;
  },
};

const placeOf = ({ account, region }: Deployment, name: string): BusPlace =>
  readBusArn(name) ?? { account, region, name };

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemovePermission.html */
const busPolicy: ResourceRemoval = {
  checks: (resource, _created, on) => {
    const { name } = placeOf(on, textIn(resource, 'EventBusName', 'default'));
    return needs(['events:RemovePermission'], arnHere(on, 'events', `event-bus/${name}`));
  },
  remove: (resource, { ref }, on) => {
    const found = findBus(on.world, placeOf(on, textIn(resource, 'EventBusName', 'default')));
    if (found?.statements.delete(ref) === true) recompile(found);
    return undefined;
  },
};

/** How buses of templates, and statements of their policies, are taken away; rules are handled as a whole. */
export const eventsResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::Events::EventBus': bus,
  'AWS::Events::EventBusPolicy': busPolicy,
};
