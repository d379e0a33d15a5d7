import {
  landingBucketName,
  LIVE_DOCUMENT_NAMES,
  MEMORY_DOCUMENT_NAMES,
  TAGS,
  toolsBucketName,
} from '@cordon/incident';
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

const PARAMETERS = ['Links', 'LinksSha256', 'Modules', 'PartBytes', 'Seconds', 'ToolUrl', 'Volume'];

/** Whether a link is to one object of a bucket, of this form. */
const isLinkInto = (bucket: string, link: string, form = /^[0-9a-f]{64}$/): boolean => {
  if (!URL.canParse(link)) return false;
  const { host, pathname } = new URL(link);
  const path = host.startsWith(`${bucket}.`) ? `/${bucket}${pathname}` : pathname;
  return path.startsWith(`/${bucket}/`) && form.test(path.slice(bucket.length + 2));
};

/** The links of a command, each with what it may be to. A module's stands behind its hash. */
const strangeLinks = (
  given: object,
  at: { readonly tools: string; readonly landing: string },
): readonly string[] => {
  const of = (name: string): readonly string[] => texts(given, name).filter((text) => text !== 'none');
  const modules = of('Modules').flatMap((text) => text.split(' '));
  return [
    ...of('ToolUrl').filter((link) => !isLinkInto(at.tools, link)),
    ...modules.filter(
      (one) => !isLinkInto(at.tools, one.slice(65)) || !one.slice(65).includes(one.slice(0, 64)),
    ),
    ...of('Links').filter((link) => !isLinkInto(at.landing, link, /^inc-[0-9a-z-]+\/links-[0-9a-f]{64}$/)),
  ];
};

const LANDINGS: readonly (string | undefined)[] = [
  MEMORY_DOCUMENT_NAMES.LinuxLanding,
  MEMORY_DOCUMENT_NAMES.WindowsLanding,
];

/** Whether an incident's memory was sent to the landing bucket: the command by which it was asked for says so. */
export const wasLanded = (scene: Pick<Scene, 'calls'>, opened: Opened): boolean =>
  captureCommands(scene, opened).some(({ call }) => LANDINGS.includes(text(call.input, 'DocumentName')));

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
  if (texts(given, 'ToolUrl').length !== 1) return `sends no link to a tool with ${name}`;
  const strangers = strangeLinks(given, {
    tools: toolsBucketName(accounts.security, call.region),
    landing: landingBucketName(accounts.security, call.region),
  });
  return strangers.length === 0 ? undefined : `sends a link to something else than a tool with ${name}`;
};

/** Whether a volume hangs on an instance, in the words of DescribeVolumes' state. */
export const isAttachedTo = (attachments: unknown, instanceId: string): boolean =>
  list({ attachments }, 'attachments').some((one) => text(one, 'instanceId') === instanceId);
