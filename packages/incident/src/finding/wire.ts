import * as z from 'zod';

/** Absent, null and ill-formed are all the same here: the part is not there. A bad part never spoils the others. */
function maybe<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

function list<T extends z.ZodType>(schema: T) {
  return z
    .array(maybe(schema))
    .catch([])
    .transform((items) => items.filter((item) => item !== undefined));
}

const text = maybe(z.string());
const textOrNumber = maybe(z.union([z.string(), z.number()]));
const truth = maybe(z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]));

const addresses = maybe(z.object({ ipAddressV4: text, ipAddressV6: text }));
const remote = maybe(z.object({ remoteIpDetails: addresses }));

const action = z.object({
  networkConnectionAction: remote,
  awsApiCallAction: remote,
  kubernetesApiCallAction: remote,
  rdsLoginAttemptAction: remote,
  portProbeAction: maybe(z.object({ portProbeDetails: list(z.object({ remoteIpDetails: addresses })) })),
  dnsRequestAction: maybe(z.object({ domain: text })),
});

/** Absent is not empty: where a finding tells no tags, nothing is known of them. */
const tags = maybe(z.array(maybe(z.object({ key: text, value: text }))).max(200));

const sequence = z.object({
  resources: list(
    z.object({
      resourceType: text,
      uid: text,
      accountId: textOrNumber,
      region: text,
      cloudPartition: text,
      tags,
    }),
  ),
  endpoints: list(z.object({ ip: text, domain: text })),
});

const service = z.object({
  action: maybe(action),
  additionalInfo: maybe(z.union([z.string(), z.object({ sample: truth, value: text })])),
  archived: truth,
  count: textOrNumber,
  eventFirstSeen: textOrNumber,
  eventLastSeen: textOrNumber,
  resourceRole: maybe(z.enum(['TARGET', 'ACTOR'])),
  detection: maybe(z.object({ sequence: maybe(sequence) })),
});

const resource = z.object({
  resourceType: text,
  instanceDetails: maybe(z.object({ instanceId: textOrNumber, tags })),
  accessKeyDetails: maybe(z.object({ accessKeyId: text, principalId: text, userName: text, userType: text })),
});

/**
 * The parts of a finding that this program reads, after `foldCase`, in the forms in which they have been seen. Nothing is
 * required here: `parseFinding` says what must be there. Shapes:
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html
 */
export const wireFinding = z.object({
  schemaVersion: textOrNumber,
  id: text,
  arn: text,
  accountId: textOrNumber,
  region: text,
  partition: text,
  type: text,
  severity: textOrNumber,
  title: text,
  description: text,
  createdAt: textOrNumber,
  updatedAt: textOrNumber,
  associatedAttackSequenceArn: text,
  resource: maybe(resource),
  service: maybe(service),
});
export type WireFinding = z.infer<typeof wireFinding>;
