import type {
  DescribeImagesCommandInput,
  DescribeImagesCommandOutput,
  DescribeLaunchTemplatesCommandInput,
  DescribeLaunchTemplatesCommandOutput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation } from '../../core/operation.ts';
import { acceptInput } from './accept-input.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { stateOf } from './lookup.ts';
import { describeCheck } from './resource-checks.ts';
import { idKinds, requireAll } from './resource-ids.ts';
import type { Ec2State, Image, LaunchTemplate } from './state.ts';
import { renderTags } from './tag-sets.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html */
const imageReaders: Readers<Image> = {
  'image-id': (image) => [image.imageId],
  name: (image) => [image.name],
  architecture: (image) => [image.architecture],
  'owner-id': (image) => [image.ownerId],
  state: () => ['available'],
};

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
      Architecture: image.architecture,
      ImageType: 'machine' as const,
      State: 'available' as const,
      RootDeviceName: image.rootDeviceName,
      RootDeviceType: 'ebs' as const,
      BlockDeviceMappings: [
        {
          DeviceName: image.rootDeviceName,
          Ebs: { VolumeSize: image.rootSizeGiB, DeleteOnTermination: true },
        },
      ],
      Tags: renderTags(image.tags),
    }));
    return { Images: images, NextToken: shown.nextToken };
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html */
const templateReaders: Readers<LaunchTemplate> = { 'launch-template-name': (template) => [template.name] };

const byNames = (state: Ec2State, names: readonly string[]): readonly LaunchTemplate[] =>
  names.map((name) => {
    const found = findLaunchTemplate(state, { LaunchTemplateName: name });
    if (found !== undefined) return found;
    throw unknownTemplate(name);
  });

const describeLaunchTemplates = operation<
  DescribeLaunchTemplatesCommandInput,
  Omit<DescribeLaunchTemplatesCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeLaunchTemplates', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeLaunchTemplates', [
      'LaunchTemplateIds',
      'LaunchTemplateNames',
      'Filters',
      'MaxResults',
      'NextToken',
    ]);
    const state = stateOf(call);
    const all = [...state.launchTemplates.values()];
    const named = input.LaunchTemplateIds?.length
      ? requireAll(idKinds.launchTemplate, state.launchTemplates, input.LaunchTemplateIds)
      : input.LaunchTemplateNames?.length
        ? byNames(state, input.LaunchTemplateNames)
        : all;
    const shown = page(applyFilters(named, input.Filters, templateReaders), input, input.LaunchTemplateIds);
    const templates = shown.items.map((template) => ({
      LaunchTemplateId: template.launchTemplateId,
      LaunchTemplateName: template.name,
      DefaultVersionNumber: template.version,
      LatestVersionNumber: template.version,
      Tags: renderTags(template.tags),
    }));
    return { LaunchTemplates: templates, NextToken: shown.nextToken };
  },
});

/** The launch template that a request names by id or by name, if there is one. */
export const findLaunchTemplate = (
  state: Ec2State,
  named: { readonly LaunchTemplateId?: string | undefined; readonly LaunchTemplateName?: string | undefined },
): LaunchTemplate | undefined =>
  named.LaunchTemplateId === undefined
    ? [...state.launchTemplates.values()].find((template) => template.name === named.LaunchTemplateName)
    : state.launchTemplates.get(named.LaunchTemplateId);

/** The fault for a launch template name that is not there. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
export const unknownTemplate = (name: string | undefined): ServiceFault =>
  new ServiceFault(
    'InvalidLaunchTemplateName.NotFoundException',
    `The specified launch template, with template name ${name}, does not exist.`,
  );

/** Operations that read what instances are launched from. */
export const launchSourceOperations = {
  DescribeImages: describeImages,
  DescribeLaunchTemplates: describeLaunchTemplates,
};
