import type { CordonConfig } from '../../config.ts';
import { FORENSIC_LAUNCH_TEMPLATE_NAME } from '../../contract.ts';
import type { DoctorFacts } from '../facts.ts';
import { check, type DoctorLine } from '../line.ts';
import { lines } from '../reading.ts';

/** What the agent on a forensic machine speaks to; there is no other way out. */
const ENDPOINTS = ['ssm', 'ssmmessages', 'logs'];

const AGAIN = 'deploy CordonForensicsRegion in this Region again (docs/deployment.md, Deploy)';

/** What an investigation needs in each Region of the forensics account. */
export const forensicsLines = ({ forensics }: DoctorFacts, config: CordonConfig): readonly DoctorLine[] =>
  forensics.flatMap(({ region, endpoints, launchTemplate }) => {
    const place = { region, accounts: [config.accounts.forensics] };
    return [
      ...lines({ id: 'endpoints', ...place }, endpoints, (states) => {
        const broken = ENDPOINTS.filter((service) => states.get(service)?.toLowerCase() !== 'available');
        return [
          broken.length === 0
            ? check('endpoints', place).ok('the forensic machine reaches Systems Manager')
            : check('endpoints', place).error({
                says: `the forensic network has no endpoint for ${broken.map((service) => `${service} (${states.get(service) ?? 'missing'})`).join(', ')}: no disk would be examined`,
                whatToDo: AGAIN,
              }),
        ];
      }),
      ...lines({ id: 'launch-template', ...place }, launchTemplate, (isThere) => [
        isThere
          ? check('launch-template', place).ok(`${FORENSIC_LAUNCH_TEMPLATE_NAME} is there`)
          : check('launch-template', place).error({
              says: `there is no launch template ${FORENSIC_LAUNCH_TEMPLATE_NAME}: no forensic machine would start`,
              whatToDo: AGAIN,
            }),
      ]),
    ];
  });

/** Whether the parameter names an image that is there: before deployment too, for it is the deployment's own. */
export const imageLines = ({ forensics }: DoctorFacts, config: CordonConfig): readonly DoctorLine[] =>
  forensics.flatMap(({ region, image }) => {
    const place = { region, accounts: [config.accounts.forensics] };
    const { imageParameter } = config.forensics;
    return lines({ id: 'image', ...place }, image, ({ imageId, missing }) => [
      missing === undefined
        ? check('image', place).ok(`${imageParameter} names ${imageId ?? 'an image'}`)
        : missing === 'parameter'
          ? check('image-parameter', place).error({
              says: `there is no parameter ${imageParameter}: no forensic machine would start`,
              whatToDo: 'make the image and the parameter (docs/forensic-machine.md, The image)',
            })
          : check('image', place).error({
              says: `${imageParameter} names ${imageId ?? 'nothing'}, which is not there or not available`,
              whatToDo:
                'copy the image into this Region and correct the parameter (docs/forensic-machine.md, The image)',
            }),
    ]);
  });
