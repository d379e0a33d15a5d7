import { TAGS, TRIAGE_DOCUMENT_NAME } from '@cordon/incident';
import { list, tagsAtCreation, text, texts } from './fields.ts';
import type { OurCall } from './our-calls.ts';

/** The forensic machine: what the same session launched. */
const launchedBy = (calls: readonly OurCall[], { session }: OurCall): readonly string[] =>
  calls.flatMap((one) =>
    one.ok && one.duty === 'examiner' && one.session === session && one.call.operation === 'RunInstances'
      ? [text(list(one.call.output, 'Instances')[0], 'InstanceId') ?? '']
      : [],
  );

/** Whether a command is the examination of disks: our document, pinned, sent by the examiner to the one machine that it launched for the incident. */
export const isExamination = (calls: readonly OurCall[], one: OurCall): boolean => {
  const { call, duty } = one;
  return (
    call.operation === 'SendCommand' &&
    duty === 'examiner' &&
    text(call.input, 'DocumentName') === TRIAGE_DOCUMENT_NAME &&
    text(call.input, 'DocumentHash') !== undefined &&
    texts(call.input, 'InstanceIds').length === 1 &&
    launchedBy(calls, one).includes(texts(call.input, 'InstanceIds')[0] ?? '')
  );
};

/** Volumes that the same session made: those for results are fresh, the others were made from a copy of evidence. */
const volumesMadeBy = (
  calls: readonly OurCall[],
  { session }: OurCall,
  which: 'results' | 'any',
): readonly string[] =>
  calls.flatMap((one) =>
    one.ok &&
    one.duty === 'examiner' &&
    one.session === session &&
    one.call.operation === 'CreateVolume' &&
    (which === 'any' ||
      (one.call.input['SnapshotId'] === undefined &&
        tagsAtCreation(one.call.input).get(TAGS.hop) === 'results'))
      ? [text(one.call.output, 'VolumeId') ?? '']
      : [],
  );

/**
 * Whether a call ends or takes away what the examiner made for the incident's machine, in the forensics account: the volume of results from the machine, and in the
 * end the machine and its volumes. The evidence itself is in another account.
 */
export const isOfMachine = (calls: readonly OurCall[], forensics: string, one: OurCall): boolean => {
  const { call, duty, account } = one;
  if (duty !== 'examiner' || account !== forensics) return false;
  const volumeId = text(call.input, 'VolumeId') ?? '';
  switch (call.operation) {
    case 'DetachVolume':
      return volumesMadeBy(calls, one, 'results').includes(volumeId);
    case 'DeleteVolume':
      return volumesMadeBy(calls, one, 'any').includes(volumeId);
    case 'TerminateInstances':
      return texts(call.input, 'InstanceIds').every((id) => launchedBy(calls, one).includes(id));
    default:
      return false;
  }
};
