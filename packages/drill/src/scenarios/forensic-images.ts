import type { Scenario } from './scenario.ts';

/** An incident whose forensic machine comes up from an image that is not as docs/forensic-machine.md has it. */
export const withOtherImages = (richest: Scenario): readonly Scenario[] => [
  {
    ...richest,
    name: 'image-without-scripts',
    about:
      'the image of the forensic machine brings no scripts: its disks are there for an analyst, and why they were not examined is told',
    forensicImage: 'without-scripts',
  },
  {
    ...richest,
    name: 'machine-without-agent',
    about:
      'no agent answers on the forensic machine: after ten minutes nobody waits for it, and the incident is sealed with the reason',
    forensicImage: 'without-agent',
  },
];
