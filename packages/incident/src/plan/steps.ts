import * as z from 'zod';
import { accountId } from '../ids.ts';
import { metadataOptions } from './facts.ts';
import { gateSchema, isUnasked, type Gate } from './gate.ts';
import { sessionDenyWay } from './session-deny.ts';

const text = z.string().max(2_000);
/** Plans that were made before there was a choice say nothing: they attached the fixed policy. */
const by = sessionDenyWay.default('attach-fixed-policy');
/** Plans that were made before there were gates waited for nobody. */
const gate = gateSchema.default('automatic');
const reasoned = { id: text, gate, because: text, effectOnOthers: text };

/** Entries of ours in a network ACL; each denies all traffic from or to one address. */
const aclEntries = z.array(z.object({ ruleNumber: z.int(), egress: z.boolean(), cidr: text }));

/** Of a session that the instance assumed; found after the plan, so it is in a row of its own (`chained#<id>`). */
export const liftChainedDeny = z.object({
  kind: z.literal('lift-chained-deny'),
  id: text,
  account: accountId,
  roleArn: text,
  roleId: text,
  sessionName: text,
  by,
  /** When the last of the denied credentials expires. */
  expiresAt: z.iso.datetime(),
});

/** How a step is lifted again; data, so that release can show it before it acts. */
const undoSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('nothing'), because: text }),
  z.object({ kind: z.literal('attach-to-auto-scaling'), groupName: text }),
  /** `before` is absent where EC2 did not say, and in plans that were made before it was kept. */
  z.object({ kind: z.literal('restore-attribute'), attribute: text, before: text.optional() }),
  z.object({
    kind: z.literal('restore-delete-on-termination'),
    devices: z.array(z.object({ deviceName: text, volumeId: text, deleteOnTermination: z.boolean() })),
  }),
  z.object({ kind: z.literal('remove-tags'), resourceIds: z.array(text) }),
  z.object({ kind: z.literal('restore-groups'), networkInterfaceId: text, groupIds: z.array(text) }),
  z.object({
    kind: z.literal('associate-address'),
    allocationId: text,
    networkInterfaceId: text,
    privateIpAddress: text.optional(),
  }),
  z.object({ kind: z.literal('assign-public-ip'), networkInterfaceId: text }),
  z.object({
    kind: z.literal('restore-connection-timeout'),
    networkInterfaceId: text,
    tcpEstablishedSeconds: z.number().optional(),
  }),
  z.object({
    kind: z.literal('remove-acl-entries'),
    account: accountId,
    networkAclId: text,
    entries: aclEntries,
  }),
  z.object({
    kind: z.literal('unblock-dns'),
    account: accountId,
    vpcId: text,
    zones: z.array(text),
  }),
  z.object({ kind: z.literal('restore-subnet-acl'), account: accountId, subnetId: text, networkAclId: text }),
  /** Without a table the subnet goes back to the main one. */
  z.object({
    kind: z.literal('restore-subnet-routes'),
    account: accountId,
    subnetId: text,
    routeTableId: text.optional(),
  }),
  z.object({
    kind: z.literal('attach-internet-gateway'),
    account: accountId,
    vpcId: text,
    internetGatewayId: text,
  }),
  z.object({ kind: z.literal('restore-profile'), profileArn: text }),
  /** Of the quarantine profile: one that was added, or one that stands in the place of another. */
  z.object({ kind: z.literal('end-quarantine-profile') }),
  z.object({ kind: z.literal('lift-session-deny'), profileArn: text, by }),
  liftChainedDeny,
  z.object({ kind: z.literal('restore-metadata-options'), options: metadataOptions }),
  z.object({ kind: z.literal('start-instance') }),
  /** A replacement carries traffic by then: a release shows it and leaves it. */
  z.object({ kind: z.literal('keep-replacement') }),
  /** Each registration that the look found is a step of its own in the journal, with its own undo. */
  z.object({ kind: z.literal('register-as-found') }),
  z.object({
    kind: z.literal('register-target'),
    targetGroupArn: text,
    targetId: text,
    port: z.int(),
    availabilityZone: text.optional(),
  }),
  z.object({ kind: z.literal('register-with-classic-balancer'), name: text }),
  z.object({
    kind: z.literal('attach-volumes'),
    volumes: z.array(z.object({ volumeId: text, deviceName: text })),
  }),
]);
/** How a step is lifted again. */
export type Undo = z.infer<typeof undoSchema>;

const step = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ kind: z.literal(kind), ...reasoned, undo: undoSchema, ...shape });

/** One thing that the responder will do, why, what it does to others, and how it is undone. */
export const planStep = z.discriminatedUnion('kind', [
  step('detach-from-auto-scaling', { groupName: text }),
  /** Performed as the two below, once the look has found them. */
  step('leave-balancers', {
    vpcIds: z.array(text),
    addresses: z.array(text),
    /** Ids of release steps: registrations that people gave back, and that stay. */
    except: z.array(text).optional(),
  }),
  step('deregister-target', {
    targetGroupArn: text,
    targetId: text,
    port: z.int(),
    availabilityZone: text.optional(),
  }),
  step('deregister-from-classic-balancer', { name: text }),
  step('protect-from-termination', {}),
  step('stop-on-shutdown', {}),
  step('keep-volumes', { deviceNames: z.array(text), volumeIds: z.array(text) }),
  step('tag-instance', { networkInterfaceIds: z.array(text) }),
  step('preserve-context', {}),
  step('snapshot-volumes', { volumeIds: z.array(text) }),
  step('isolate-interface', {
    networkInterfaceId: text,
    vpcId: text,
    /** Owner of a VPC that is shared with the instance's account. */
    vpcOwnerId: accountId.optional(),
    isolationGroupId: text.optional(),
  }),
  step('release-address', { associationId: text, networkInterfaceId: text }),
  step('give-up-public-ip', { networkInterfaceId: text }),
  step('shorten-connection-timeout', { networkInterfaceId: text, tcpEstablishedSeconds: z.int() }),
  step('deny-remote-addresses', { account: accountId, networkAclId: text, entries: aclEntries }),
  /** Each zone with all names below it, in the account that owns the VPC. */
  step('block-dns', { account: accountId, vpcId: text, zones: z.array(text) }),
  step('cut-subnet', { account: accountId, subnetId: text, vpcId: text, networkAclId: text }),
  step('cut-routes', { account: accountId, subnetId: text, vpcId: text, routeTableId: text.optional() }),
  step('detach-internet-gateway', { account: accountId, vpcId: text, internetGatewayId: text }),
  /** `closedTo`: what the subnet's network ACL must deny before anything is opened, unless ACL or routes let nothing through at all. */
  step('untrack-connections', {
    networkInterfaceId: text,
    vpcId: text,
    subnetId: text,
    closedTo: z.array(text),
    openSeconds: z.int().min(1).max(120),
  }),
  /** To exactly these peers, by TCP 443, once the isolation was verified. */
  step('keep-management-path', {
    networkInterfaceId: text,
    vpcId: text,
    peers: z.array(
      z.object({
        peer: text,
        service: z.enum(['ssm', 'ssmmessages', 'ec2messages', 's3']),
        endpointId: text,
      }),
    ),
    openSeconds: z.int().min(300).max(3_600),
  }),
  step('replace-profile', { associationId: text, profileArn: text }),
  step('deny-sessions', { profileArn: text, by }),
  step('trace-sessions', { by }),
  step('turn-metadata-off', {}),
  /** Of the quarantine profile, at an instance that has none. */
  step('add-profile', {}),
  /** On a fresh volume of `volumeGiB`, or to the landing bucket; after `deadlineSeconds` it is given up. */
  step('capture-memory', {
    volumeGiB: z.int().min(1).max(65_536),
    deadlineSeconds: z.int().min(60).max(3_600),
    /** The program that reads it; `lime` where only a module can, and which of them is for the host to say. */
    tool: z.object({ name: text, version: text, sha256: text }),
    /** LiME modules for the host's kind of machine, where the tool does not do; by kernel. */
    modules: z.array(z.object({ kernel: text, version: text, sha256: text })).optional(),
    /** In how many parts, of what size, it may be sent to the landing bucket; `first` where no volume is tried. */
    landing: z
      .object({ parts: z.int().min(1).max(1_000), partMiB: z.int().min(1).max(128), first: z.boolean() })
      .optional(),
    /** Every written block of the volume and its copy is hashed, once the copy is in custody. */
    hashBlocks: z.literal(true).optional(),
    /** Minutes within which EC2 is asked to end each copy of the volume. */
    copyWithinMinutes: z.int().optional(),
  }),
  /** After `deadlineSeconds` it is given up. */
  step('live-response', { deadlineSeconds: z.int().min(60).max(3_600) }),
  step('crash-instance', { graceSeconds: z.int().min(0).max(3_600) }),
  step('lift-stop-protection', {}),
  /** `way` is how it is asked first; after `forceAfterSeconds` the guest is asked no more. */
  step('stop-instance', {
    way: z.enum(['stop', 'hibernate']).default('stop'),
    forceAfterSeconds: z.int().min(30).max(3_600).default(300),
  }),
  step('snapshot-memory', { volumeIds: z.array(text) }),
  step('detach-volumes', { volumes: z.array(z.object({ volumeId: text, deviceName: text })) }),
  step('secure-volume', {
    volumeId: text,
    sizeGiB: z.number(),
    encrypted: z.boolean(),
    kmsKeyArn: text.optional(),
    /** Every written block of source and copy is hashed, once the copy is in custody. */
    hashBlocks: z.literal(true).optional(),
    isRoot: z.literal(true).optional(),
    /** Of a root disk: an image of the instance is made beside it, without a reboot. */
    image: z.literal(true).optional(),
    /** Minutes within which EC2 is asked to end each of its copies. */
    copyWithinMinutes: z.int().optional(),
  }),
  /** What it is launched with beside this (groups, profile) is what the journal keeps of the instance before the cut. */
  step('launch-replacement', {
    imageId: text,
    instanceType: text,
    networkInterfaceId: text,
    subnetId: text,
    /** Of a subnet that is shared with the instance's account. */
    subnetOwnerId: accountId.optional(),
    template: z.object({ id: text, version: text }).optional(),
  }),
  step('launch-forensic-machine', {}),
]);
/** One thing that the responder will do. */
export type PlanStep = z.infer<typeof planStep>;
/** The kinds of steps. */
export type PlanStepKind = PlanStep['kind'];
/** The step of one kind. */
export type StepOf<Kind extends PlanStepKind> = Extract<PlanStep, { kind: Kind }>;

/** All that will be done about one instance. `hash` is the SHA-256 of the canonical JSON of the rest. */
export const planSchema = z.object({
  schemaVersion: z.literal(1),
  incidentId: text,
  /** `respond`: there is something to do; `nothing-to-contain`: the instance is gone; `ask`: a person must act. */
  outcome: z.enum(['respond', 'nothing-to-contain', 'ask']),
  reasons: z.array(text),
  steps: z.array(planStep),
  /** Set where the cut waits until memory was captured, or its time is over. */
  order: z.literal('memory-first').optional(),
  /** For how many days the evidence is kept, where the policy says longer than the deployment's default. */
  keptDays: z.int().min(1).max(36_500).optional(),
  /** In which Region's vault contents of the evidence are kept; absent where there is nothing to choose (`contentsRegion`). */
  contentsIn: text.optional(),
  /** What the steps that need nobody leave open, in plain sentences: connections that a plain change of groups does not end. */
  leftOpen: z.array(text).default([]),
  /** Ids of release steps that people had lifted, and that this plan, which came after a drift, leaves so. */
  lifted: z.array(text).optional(),
  hash: text,
});
/** All that will be done about one instance. */
export type Plan = z.infer<typeof planSchema>;

/** The plan's steps of these kinds, in order. */
export const stepsOf = <Kind extends PlanStepKind>(
  plan: Pick<Plan, 'steps'>,
  ...kinds: readonly Kind[]
): readonly StepOf<Kind>[] =>
  plan.steps.filter((candidate): candidate is StepOf<Kind> => kinds.some((kind) => kind === candidate.kind));

/** The steps of these kinds that may be performed, in order: what a function that performs steps is to do now. */
export const stepsToDo = <Kind extends PlanStepKind>(
  input: Allowed & { readonly plan: Plan },
  ...kinds: readonly Kind[]
): readonly StepOf<Kind>[] => stepsOf(input.plan, ...kinds).filter((step) => isAllowed(step, input));

/** Which steps may be performed: those behind an open gate and, where a person approved some of them alone, those. */
export interface Allowed {
  readonly gates: readonly Gate[];
  /** Ids of the steps that a person approved; all behind the open gates when absent. What waits for nobody is not bound by it. */
  readonly only?: readonly string[] | undefined;
}

/** Whether a step may be performed now. */
export const isAllowed = (
  { id, gate: behind }: Pick<PlanStep, 'id' | 'gate'>,
  { gates, only }: Allowed,
): boolean => gates.includes(behind) && (isUnasked(behind) || only === undefined || only.includes(id));
