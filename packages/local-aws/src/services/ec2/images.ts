import type {
  BlockDeviceMapping,
  DescribeImagesCommandInput,
  DescribeImagesCommandOutput,
} from '@aws-sdk/client-ec2';
import { operation } from '../../core/operation.ts';
import { acceptInput } from './accept-input.ts';
import { createImage } from './create-image.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { launchDevices } from './launch-plan.ts';
import { stateOf } from './lookup.ts';
import { describeCheck } from './resource-checks.ts';
import { idKinds, requireAll } from './resource-ids.ts';
import type { Image } from './state.ts';
import { renderTags } from './tag-sets.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html */
const imageReaders: Readers<Image> = {
  'image-id': (image) => [image.imageId],
  name: (image) => [image.name],
  architecture: (image) => [image.architecture],
  'owner-id': (image) => [image.ownerId],
  state: (image) => [image.state ?? 'available'],
};

const devicesOf = (image: Image): readonly BlockDeviceMapping[] =>
  image.devices === undefined
    ? [
        {
          DeviceName: image.rootDeviceName,
          Ebs: { VolumeSize: image.rootSizeGiB, DeleteOnTermination: true },
        },
      ]
    : launchDevices(image, []);

const describeImages = operation<DescribeImagesCommandInput, Omit<DescribeImagesCommandOutput, '$metadata'>>({
  checks: (_input, call) => describeCheck('DescribeImages', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeImages', ['ImageIds', 'Owners', 'Filters', 'MaxResults', 'NextToken']);
    const state = stateOf(call);
    const asked = input.ImageIds?.length
      ? requireAll(idKinds.image, state.images, input.ImageIds)
      : [...state.images.values()];
    const owners = input.Owners?.map((owner) => (owner === 'self' ? call.caller.account : owner));
    const owned = asked.filter((image) => owners?.includes(image.ownerId) ?? true);
    const shown = page(applyFilters(owned, input.Filters, imageReaders), input, input.ImageIds);
    const images = shown.items.map((image) => ({
      ImageId: image.imageId,
      Name: image.name,
      OwnerId: image.ownerId,
      ...(image.ownerAlias === undefined ? {} : { ImageOwnerAlias: image.ownerAlias }),
      Architecture: image.architecture,
      ImageType: 'machine' as const,
      State: image.state ?? ('available' as const),
      ...(image.description === undefined ? {} : { Description: image.description }),
      ...(image.sourceInstanceId === undefined ? {} : { SourceInstanceId: image.sourceInstanceId }),
      ...(image.createdAt === undefined ? {} : { CreationDate: new Date(image.createdAt).toISOString() }),
      RootDeviceName: image.rootDeviceName,
      RootDeviceType: 'ebs' as const,
      BlockDeviceMappings: [...devicesOf(image)],
      Tags: renderTags(image.tags),
    }));
    return { Images: images, NextToken: shown.nextToken };
  },
});

/** Operations on machine images. */
export const imageOperations = { CreateImage: createImage, DescribeImages: describeImages };
