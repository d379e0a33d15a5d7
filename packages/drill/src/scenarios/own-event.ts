import type { JsonObject } from '../raw/raw-json.ts';
import { choicesOf } from '../world/seed.ts';

/** What an event of our own making varies in. */
export interface OwnEventOptions {
  readonly seed: string;
  readonly profile: boolean;
  /** Without a public address the instance is behind a NAT gateway. */
  readonly publicAddress?: boolean;
  /** In no Auto Scaling group. */
  readonly alone?: boolean;
  /** Counts the recurrences of one finding: GuardDuty keeps the id and moves `updatedAt` and `count` on. */
  readonly update?: number;
  /** Another finding on the same instance: later activity, another type, severity 9. */
  readonly worse?: boolean;
  /** It asks the VPC's resolver for names below one of the attacker's, in place of talking to a server. */
  readonly tunnel?: boolean;
  /** Account of the workload, where it is another than the usual one. */
  readonly account?: string;
}

/** Account and Region of the drill's workload, none of AWS's example ids. */
const ACCOUNT = '602011160021';
const REGION = 'eu-central-1';

type Hex = (name: string, length: number) => string;

const resourceOf = (
  hex: Hex,
  { profile, publicAddress = true, alone = false, account = ACCOUNT }: OwnEventOptions,
): JsonObject => ({
  resourceType: 'Instance',
  instanceDetails: {
    instanceId: `i-${hex('instance', 17)}`,
    instanceType: 'm5.large',
    launchTime: '2026-10-22T07:11:02.000Z',
    platform: null,
    productCodes: [],
    ...(profile
      ? {
          iamInstanceProfile: {
            arn: `arn:aws:iam::${account}:instance-profile/shop/Shop-Web`,
            id: 'AIPASHOPWEBPROFILE001',
          },
        }
      : {}),
    networkInterfaces: [
      {
        ipv6Addresses: [],
        networkInterfaceId: `eni-${hex('eni', 17)}`,
        privateDnsName: 'ip-10-20-4-218.eu-central-1.compute.internal',
        privateIpAddress: '10.20.4.218',
        privateIpAddresses: [
          {
            privateDnsName: 'ip-10-20-4-218.eu-central-1.compute.internal',
            privateIpAddress: '10.20.4.218',
          },
        ],
        ...(publicAddress
          ? {
              publicDnsName: 'ec2-203-0-113-77.eu-central-1.compute.amazonaws.com',
              publicIp: '203.0.113.77',
            }
          : {}),
        securityGroups: [{ groupName: 'shop-web', groupId: `sg-${hex('sg', 17)}` }],
        subnetId: `subnet-${hex('subnet', 17)}`,
        vpcId: `vpc-${hex('vpc', 17)}`,
      },
    ],
    tags: [
      { key: 'Name', value: 'shop-web' },
      ...(alone ? [] : [{ key: 'aws:autoscaling:groupName', value: `shop-web-${hex('scaling-group', 6)}` }]),
      { key: 'Team', value: '<img src=x onerror=alert(1)> $(id)' },
    ],
    instanceState: 'running',
    availabilityZone: `${REGION}b`,
    imageId: `ami-${hex('image', 17)}`,
    imageDescription: 'shop web server',
  },
});

/** What the tunnel is below of. */
const TUNNEL_ZONE = 'example.net';

const actionOf = (hex: Hex, tunnel: boolean): JsonObject =>
  tunnel
    ? {
        actionType: 'DNS_REQUEST',
        dnsRequestAction: {
          domain: `${hex('payload', 40)}_a.${hex('payload', 30)}.t.${TUNNEL_ZONE}`,
          protocol: '0',
          blocked: false,
          domainWithSuffix: TUNNEL_ZONE,
        },
      }
    : {
        actionType: 'NETWORK_CONNECTION',
        networkConnectionAction: {
          connectionDirection: 'OUTBOUND',
          protocol: 'TCP',
          blocked: false,
          localPortDetails: { port: 49_822, portName: 'Unknown' },
          remotePortDetails: { port: 443, portName: 'HTTPS' },
          remoteIpDetails: { ipAddressV4: '198.51.100.23' },
        },
      };

const serviceOf = (
  hex: Hex,
  seen: { readonly update: number; readonly updatedAt: string; readonly tunnel: boolean },
): JsonObject => ({
  serviceName: 'guardduty',
  detectorId: hex('their-detector', 32),
  action: actionOf(hex, seen.tunnel),
  resourceRole: 'TARGET',
  additionalInfo: { threatListName: 'ProofPoint' },
  eventFirstSeen: '2026-11-21T02:51:07.000Z',
  eventLastSeen: seen.updatedAt,
  archived: false,
  count: 1 + seen.update,
});

/** A GuardDuty event as EventBridge would bring it: an instance talking to a command-and-control server. Shape: aws-facts 1.1, 1.3. */
export const ownEvent = (options: OwnEventOptions): JsonObject => {
  const { seed, update = 0, worse = false, tunnel = false, account = ACCOUNT } = options;
  const choices = choicesOf(seed);
  const hex = (name: string, length: number): string => choices.hex(name, length);
  const updatedAt = worse
    ? '2026-11-21T03:28:10.000Z'
    : new Date(Date.parse('2026-11-21T02:58:41.000Z') + update * 900_000).toISOString();
  const id = hex(worse ? 'worse-finding' : 'finding', 32);
  const instanceId = `i-${hex('instance', 17)}`;
  return {
    version: '0',
    id: `${hex('event', 8)}-0000-4000-a000-${hex(`event-${worse ? 'worse' : update}`, 12)}`,
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account,
    time: updatedAt,
    region: REGION,
    resources: [],
    detail: {
      schemaVersion: '2.0',
      accountId: account,
      region: REGION,
      partition: 'aws',
      id,
      arn: `arn:aws:guardduty:${REGION}:${account}:detector/${hex('their-detector', 32)}/finding/${id}`,
      type: worse || tunnel ? 'Trojan:EC2/DNSDataExfiltration' : 'Backdoor:EC2/C&CActivity.B',
      resource: resourceOf(hex, options),
      service: serviceOf(hex, { update, updatedAt, tunnel }),
      severity: worse ? 9 : 8,
      createdAt: '2026-11-21T02:58:41.000Z',
      updatedAt,
      title: tunnel
        ? 'Data exfiltration through DNS queries.'
        : 'An EC2 instance is communicating with a command and control server.',
      description: tunnel
        ? `EC2 instance ${instanceId} is attempting to query domain names that resemble exfiltrated data.`
        : `EC2 instance ${instanceId} is communicating outbound with a known command & control server <b>198.51.100.23</b>.`,
    },
  };
};
