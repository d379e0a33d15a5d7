import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A template of members, as text, and where it goes. */
export interface MemberTemplate {
  /** Name of its StackSet. */
  readonly name: 'CordonMemberAccount' | 'CordonMemoryCapture' | 'CordonSourceReading';
  readonly body: string;
  readonly placement: 'home' | 'every-region';
}

/** In the order of their deployment: the roles that others refer to come first. */
const TEMPLATES = [
  { name: 'CordonMemberAccount', placement: 'every-region' },
  { name: 'CordonMemoryCapture', placement: 'every-region' },
  { name: 'CordonSourceReading', placement: 'home' },
] as const;

/**
 * The synthesized templates of members, of which a deployment has the first, and the others where it wants them.
 *
 * @param directory cloud assembly of `stacksets/member-account`
 * @throws Error where the first is missing
 */
export const memberTemplates = (directory: string): readonly MemberTemplate[] =>
  TEMPLATES.flatMap(({ name, placement }) => {
    const path = join(directory, `${name}.template.json`);
    if (existsSync(path)) return [{ name, placement, body: readFileSync(path, 'utf8') }];
    if (name !== 'CordonMemberAccount') return [];
    throw new Error(`${path} is missing: synthesize stacksets/member-account first, as \`pnpm build\` does`);
  });
