import type { Account, World } from '../../core/world.ts';
import { rootPath } from './control-policies.ts';
import { organizationState } from './state.ts';

/** The root or an organizational unit. */
export interface TreeNode {
  readonly kind: 'root' | 'ou';
  /** `r-...` or `ou-...` */
  readonly id: string;
  /** Path that ends with the id and a slash, as in `o-abc/r-abc/ou-abc/`. */
  readonly path: string;
  readonly name: string;
}

const idOf = (path: string): string => path.split('/').at(-2) ?? '';

/** The path of what is above, which ends with a slash; that of the organization itself above the root. */
export const pathAbove = (path: string): string => `${path.split('/').slice(0, -2).join('/')}/`;

/** Every path from the root's down to this one. */
const pathsTo = (path: string): readonly string[] => {
  const parts = path.split('/').slice(0, -1);
  return parts.slice(1).map((_, depth) => `${parts.slice(0, depth + 2).join('/')}/`);
};

/** The root and all units, by id: those that accounts are in, and those that were named. */
export const nodesOf = (world: World): ReadonlyMap<string, TreeNode> => {
  const { units } = world.of(organizationState, '', '');
  const root = rootPath(world);
  const paths = new Set([...world.accounts.values(), ...units.values()].flatMap(({ path }) => pathsTo(path)));
  return new Map(
    [...paths].map((path) => {
      const id = idOf(path);
      const name = path === root ? 'Root' : (units.get(id)?.name ?? id);
      return [id, { kind: path === root ? 'root' : 'ou', id, path, name }] as const;
    }),
  );
};

/** The accounts directly in a node. */
export const accountsIn = (world: World, node: TreeNode): readonly Account[] =>
  [...world.accounts.values()].filter(({ path }) => path === node.path);

/** The units directly in a node. */
export const unitsIn = (world: World, node: TreeNode): readonly TreeNode[] =>
  [...nodesOf(world).values()].filter(({ kind, path }) => kind === 'ou' && pathAbove(path) === node.path);
