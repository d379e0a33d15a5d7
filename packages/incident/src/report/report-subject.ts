import * as z from 'zod';

const text = z.string();
const shown = text.transform((long) => long.slice(0, 300));
/** A page is no inventory: more tags than these are counted. */
const MOST_TAGS = 50;

/** What EC2 said of the instance before anything was changed. Tags are the member's own words, or the attacker's. */
export const subjectSchema = z.object({
  readAt: text.optional(),
  instanceType: text.optional(),
  imageId: text.optional(),
  launchTime: text.optional(),
  platform: text.optional(),
  vpcId: text.optional(),
  privateIpAddress: text.optional(),
  publicIpAddress: text.optional(),
  interfaces: z.int(),
  profileArn: text.optional(),
  tags: z.array(z.object({ key: text, value: text })),
  /** Tags beyond those listed. */
  moreTags: z.int(),
});
/** What EC2 said of the instance. */
export type ReportSubject = z.infer<typeof subjectSchema>;

/** `context.json` as far as it is shown; every member may be missing. Spelling of DescribeInstances. */
const contextSchema = z.object({
  readAt: shown.optional().catch(undefined),
  described: z.object({
    instance: z.object({
      InstanceType: shown.optional().catch(undefined),
      ImageId: shown.optional().catch(undefined),
      LaunchTime: shown.optional().catch(undefined),
      PlatformDetails: shown.optional().catch(undefined),
      VpcId: shown.optional().catch(undefined),
      PrivateIpAddress: shown.optional().catch(undefined),
      PublicIpAddress: shown.optional().catch(undefined),
      NetworkInterfaces: z.array(z.unknown()).catch([]),
      IamInstanceProfile: z.object({ Arn: shown }).optional().catch(undefined),
      Tags: z.array(z.object({ Key: shown, Value: shown.catch('') })).catch([]),
    }),
  }),
});

const parsedJson = (raw: string): unknown => {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
};

/** Reads the instance from the text of `context.json`; undefined where there is none in it. Never throws. */
export const readSubject = (raw: string | undefined): ReportSubject | undefined => {
  if (raw === undefined) return undefined;
  const read = contextSchema.safeParse(parsedJson(raw));
  if (!read.success) return undefined;
  const { readAt } = read.data;
  const { instance } = read.data.described;
  return {
    readAt,
    instanceType: instance.InstanceType,
    imageId: instance.ImageId,
    launchTime: instance.LaunchTime,
    platform: instance.PlatformDetails,
    vpcId: instance.VpcId,
    privateIpAddress: instance.PrivateIpAddress,
    publicIpAddress: instance.PublicIpAddress,
    interfaces: instance.NetworkInterfaces.length,
    profileArn: instance.IamInstanceProfile?.Arn,
    tags: instance.Tags.slice(0, MOST_TAGS).map(({ Key: key, Value: value }) => ({ key, value })),
    moreTags: Math.max(0, instance.Tags.length - MOST_TAGS),
  };
};
