import { instanceFacts, type InstanceFacts } from './facts.ts';

/** The account of `instance`. */
export const ACCOUNT = '602011160021';

/** A running instance with one interface and nothing else. */
const BARE = {
  account: ACCOUNT,
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  state: 'running',
  spot: false,
  networkInterfaces: [
    { networkInterfaceId: 'eni-1', vpcId: 'vpc-1', groupIds: ['sg-web'], requesterManaged: false },
  ],
  volumes: [],
  isolationGroups: [],
  addresses: [],
  readAt: '2026-11-21T03:00:01.000Z',
};

/** A running instance, with what a test is about. Throws where that is no fact of an instance. */
export const instance = (more: object = {}): InstanceFacts => instanceFacts.parse({ ...BARE, ...more });
