import { LIVE_DOCUMENT_NAMES, MEMORY_DOCUMENT_NAMES, TAGS, toolsBucketName } from '@cordon/incident';
import { inner, list, tagsAtCreation, text, texts } from './fields.ts';
import type { OurCall } from './our-calls.ts';
import type { Opened, Scene } from './scene.ts';

/** Ids of the volumes that an incident's capture duty made for a memory image, as the calls say that made them. */
export const captureVolumes = (
  { calls }: Pick<Scene, 'calls'>,
  { incidentId, account }: Opened,
): readonly string[] =>
  calls.flatMap(({ ok, duty, session, account: where, call }) => {
    if (!ok || duty !== 'capture' || session !== incidentId || where !== account) return [];
    if (call.operation !== 'CreateVolume') return [];
    const tags = tagsAtCreation(call.input);
    const ours =
      tags.get(TAGS.incident) === incidentId &&
      tags.get(TAGS.hop) === 'capture' &&
      tags.get(TAGS.intermediate) === 'true' &&
      call.input['Encrypted'] === true &&
      call.input['SnapshotId'] === undefined;
    const id = text(call.output, 'VolumeId');
    return ours && id !== undefined ? [id] : [];
  });

/** Whether a document has the host say what it is doing, and nothing else. */
const isLive = (name: string | undefined): boolean =>
  Object.values<string | undefined>(LIVE_DOCUMENT_NAMES).includes(name);

/** Commands by which an incident's capture duty asked for memory. */
export const captureCommands = (
  { calls }: Pick<Scene, 'calls'>,
  { incidentId }: Opened,
): readonly OurCall[] =>
  calls.filter(
    ({ ok, duty, session, call }) =>
      ok &&
      duty === 'capture' &&
      session === incidentId &&
      call.operation === 'SendCommand' &&
      !isLive(text(call.input, 'DocumentName')),
  );

const PARAMETERS = ['Seconds', 'ToolUrl', 'Volume'];

/** Whether a link is to one object of a bucket that is named by a hash. */
const isLinkInto = (bucket: string, link: string): boolean => {
  if (!URL.canParse(link)) return false;
  const { host, pathname } = new URL(link);
  const path = host.startsWith(`${bucket}.`) ? `/${bucket}${pathname}` : pathname;
  return path.startsWith(`/${bucket}/`) && /^[0-9a-f]{64}$/.test(path.slice(bucket.length + 2));
};

/**
 * What makes a command to a suspect another thing than the two that are ever sent, each by a pinned document: the capture of its memory with a
 * pinned tool, and the question what it is doing, which takes nothing. Undefined when nothing does.
 */
export const whyNoCapture = (
  { remains: { accounts } }: Pick<Scene, 'remains'>,
  { duty, call }: OurCall,
  opened: Opened | undefined,
): string | undefined => {
  if (call.operation !== 'SendCommand' || duty !== 'capture' || opened === undefined)
    return 'sends a machine what only its owner may';
  const name = text(call.input, 'DocumentName') ?? '';
  if (!isLive(name) && !Object.values<string>(MEMORY_DOCUMENT_NAMES).includes(name))
    return `sends the document ${name}`;
  if (text(call.input, 'DocumentHash') === undefined) return `sends ${name} without its hash`;
  if (texts(call.input, 'InstanceIds').join(' ') !== opened.instanceId)
    return `sends ${name} to another instance than the incident's`;
  const given = inner(call.input, 'Parameters') ?? {};
  const strange = Object.keys(given).filter((one) => isLive(name) || !PARAMETERS.includes(one));
  if (strange.length > 0) return `sends ${strange.join(', ')} with ${name}`;
  if (isLive(name)) return undefined;
  const [link = ''] = texts(given, 'ToolUrl');
  return isLinkInto(toolsBucketName(accounts.security, call.region), link)
    ? undefined
    : `sends a link to something else than a tool with ${name}`;
};

/** Whether a volume hangs on an instance, in the words of DescribeVolumes' state. */
export const isAttachedTo = (attachments: unknown, instanceId: string): boolean =>
  list({ attachments }, 'attachments').some((one) => text(one, 'instanceId') === instanceId);
