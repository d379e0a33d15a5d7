import { CreateImageCommand, type Tag } from '@aws-sdk/client-ec2';
import { TAGS, type DiskState, type IncidentRef } from '@cordon/incident';
import { classify, faultLine } from '../aws/classify.ts';
import type { MemberWork } from './re-encrypt.ts';

/** EC2 takes one snapshot of a volume in fifteen seconds, and an image takes one of each: it comes after the freeze. */
const AFTER_FREEZE_SECONDS = 20;

/** One for a plan: EC2 takes a name once in an account and Region, so that a second try makes no second image. */
const imageName = ({ incidentId, revision }: IncidentRef): string => `cordon-${incidentId}-r${revision}`;

/**
 * Makes an image of the instance without rebooting it (EC2's default is to reboot: aws-facts 2.9), where the deployment wants one: a
 * convenience beside the snapshots, which stays in the member with snapshots of its own. Asked for with the root disk, once the freeze is
 * old enough; what passes by itself is tried again while the disk waits, and a refusal stops nothing.
 *
 * @returns the disk, to be waited with where the freeze is too young
 */
export const makeImage = async (
  { ec2, incident, services }: MemberWork,
  disk: DiskState,
): Promise<DiskState> => {
  if (disk.image !== 'wanted') return disk;
  const age = (services.now() - Date.parse(disk.startedAt)) / 1_000;
  if (age < AFTER_FREEZE_SECONDS)
    return { ...disk, recheckAfterSeconds: Math.max(1, Math.ceil(AFTER_FREEZE_SECONDS - age)) };
  const Tags: Tag[] = [
    { Key: TAGS.incident, Value: incident.incidentId },
    { Key: TAGS.hop, Value: 'image' },
  ];
  try {
    const { ImageId } = await ec2.send(
      new CreateImageCommand({
        InstanceId: incident.instanceId,
        Name: imageName(incident),
        Description: `Cordon ${incident.incidentId}: made without a reboot`,
        NoReboot: true,
        TagSpecifications: [
          { ResourceType: 'image', Tags },
          { ResourceType: 'snapshot', Tags },
        ],
      }),
    );
    return { ...disk, image: { imageId: ImageId ?? 'of an unknown id' } };
  } catch (error) {
    const fault = classify(error);
    if (fault.retryable) return disk;
    const refused =
      fault.code === 'InvalidAMIName.Duplicate'
        ? `one named ${imageName(incident)} is there already, of an earlier try or of somebody else`
        : faultLine(error).slice(0, 500);
    return { ...disk, image: { refused } };
  }
};

/** What whoever reads of the disk should know of the image that was wanted beside it; nothing where none was. */
export const imageSentence = ({ image }: Pick<DiskState, 'image'>): string[] => {
  if (image === undefined) return [];
  if (image === 'wanted')
    return ['no image of the instance was made: EC2 could not make one while its root disk was on its way'];
  return 'imageId' in image
    ? [
        `an image of the instance, ${image.imageId}, was asked for in the member, without a reboot: whoever administers the account can take it away; evidence is the copy`,
      ]
    : [`no image of the instance is known to be made: ${image.refused}`];
};
