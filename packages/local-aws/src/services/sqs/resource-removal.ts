import type { Deployment, ResourceRemoval, Service } from '../../core/operation.ts';
import { arnHere, needs } from '../removal-checks.ts';
import { sqsState, type Queue } from './state.ts';

const queuesOf = ({ world, account, region }: Deployment): Map<string, Queue> =>
  world.of(sqsState, account, region).queues;

const queueAt = (on: Deployment, url: string): Queue | undefined =>
  [...queuesOf(on).values()].find((queue) => queue.url === url);

const nameIn = (url: string): string => url.split('/').at(-1) ?? '';

/** Whatever is in it. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html */
const queue: ResourceRemoval = {
  checks: (_resource, { ref }, on) => needs(['sqs:DeleteQueue'], arnHere(on, 'sqs', nameIn(ref))),
  remove: (_resource, { ref }, on) => {
    const found = queueAt(on, ref);
    if (found === undefined) return undefined;
    queuesOf(on).delete(found.name);
    found.messages.length = 0;
    found.listeners.clear();
    return undefined;
  },
};

const urlsOf = ({ properties }: { readonly properties: Readonly<Record<string, unknown>> }) =>
  [properties['Queues'] ?? []].flat().map(String);

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html (Policy) */
const queuePolicy: ResourceRemoval = {
  checks: (resource, _created, on) =>
    urlsOf(resource).flatMap((url) => needs(['sqs:SetQueueAttributes'], arnHere(on, 'sqs', nameIn(url)))),
  remove: (resource, _created, on) => {
    for (const url of urlsOf(resource)) delete queueAt(on, url)?.policy;
    return undefined;
  },
};

/** How queues of templates are taken away. */
export const sqsResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
};
