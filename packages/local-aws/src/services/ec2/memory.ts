import type { Ec2State, Instance, Volume } from './state.ts';

/** What stands for memory, or for an instance store, whose bytes are gone. */
export const LOST = 'lost';

/** What a guest wrote of its memory to its root volume. */
export interface MemoryOnDisk {
  readonly kind: 'crash dump' | 'hibernation';
  /** The memory as the instance had it. */
  readonly memory: string;
}

const MARK = /\n\[(crash dump|hibernation)\] ([\s\S]*)$/;

/** A volume's content with the image of a memory on it; a second image takes the place of the first. */
const withMemory = (content: string, { kind, memory }: MemoryOnDisk): string =>
  `${content.replace(MARK, '')}\n[${kind}] ${memory}`;

/** The memory image on a disk, from the content of a volume or of a snapshot of it; undefined where there is none. */
export const memoryOnDisk = (content: string): MemoryOnDisk | undefined => {
  const [, kind, memory = ''] = MARK.exec(content) ?? [];
  return kind === 'crash dump' || kind === 'hibernation' ? { kind, memory } : undefined;
};

/** The volume at an instance's root device; undefined for an instance store root, and for a root volume that is detached. */
export const rootVolumeOf = (state: Ec2State, instance: Instance): Volume | undefined => {
  const root = instance.blockDevices.find(({ deviceName }) => deviceName === instance.rootDeviceName);
  return root === undefined ? undefined : state.volumes.get(root.volumeId);
};

/** Memory is what an instance that runs has and that nobody has lost yet. */
const heldMemory = ({ memory }: Instance): string | undefined => (memory === LOST ? undefined : memory);

/** A guest boots anew: what was in memory is gone, and boot scripts run again. @param now virtual epoch ms */
export const bootAnew = (instance: Instance, now: number): void => {
  instance.memory = LOST;
  instance.rebootedAt = now;
};

/** Writes an instance's memory to its root volume; whether there was memory, and a volume, to do so. */
export const writeMemory = (state: Ec2State, instance: Instance, kind: MemoryOnDisk['kind']): boolean => {
  const root = rootVolumeOf(state, instance);
  const memory = heldMemory(instance);
  if (root === undefined || memory === undefined) return false;
  root.content = withMemory(root.content, { kind, memory });
  return true;
};
