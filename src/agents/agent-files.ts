/**
 * Agent types from Markdown files, in the folders of the project and of the person. A file that cannot be used is named
 * with line, reason and remedy, and skipped: it costs nobody the others.
 */
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {AgentType} from '../core/tree.js';
import type {Environment} from '../platform/environment.js';
import {findRepository} from '../platform/git.js';
import {agentHome, userHome} from '../platform/home.js';
import {codeOf, readTextFile} from '../platform/text-file.js';
import {type Complaint, checkDefinition, type KnownTool} from './definition.js';
import {type Field, parseFrontMatter} from './front-matter.js';

export interface FoundTypes {
  readonly types: readonly AgentType[];
  /** Lines for a person: what is wrong with which file, and what to do. */
  readonly reports: readonly string[];
}

export interface AgentFilesOptions {
  readonly cwd: string;
  readonly env: Environment;
  readonly tools: readonly KnownTool[];
}

interface AgentFolder {
  readonly path: string;
  /** It came with what is worked on, and nobody may have looked at it. */
  readonly isProjects: boolean;
}

/** Below a folder of agents: people sort them, but a link to the whole disk is not to be walked. */
const deepest = 3;
const mostFiles = 200;

/** The folders, those first that win: the project's before the person's, ours before Claude Code's. */
function agentFolders({cwd, env}: AgentFilesOptions): readonly AgentFolder[] {
  const [home, own] = [userHome(env), agentHome(env)];
  const projects = [cwd, findRepository(cwd)?.root ?? cwd];
  const below = (folder: string): readonly string[] => [
    join(folder, '.agent', 'agents'),
    join(folder, '.claude', 'agents'),
  ];
  const ofProject = [...new Set(projects.flatMap(below))];
  const ofPerson = [
    own === null ? [] : join(own, 'agents'),
    home === null ? [] : join(home, '.claude', 'agents'),
  ].flat();
  return [
    ...ofProject.map(path => ({path, isProjects: true})),
    ...ofPerson.filter(path => !ofProject.includes(path)).map(path => ({path, isProjects: false})),
  ];
}

/** The types of all folders. Where several have the same name, the first folder's counts. */
export async function readAgentFiles(options: AgentFilesOptions): Promise<FoundTypes> {
  const found = await Promise.all(agentFolders(options).map(folder => readFolder(folder, options.tools)));
  const types = new Map<string, AgentType>();
  for (const type of found.flatMap(({types}) => types)) if (!types.has(type.name)) types.set(type.name, type);
  return {types: [...types.values()], reports: found.flatMap(({reports}) => reports)};
}

async function readFolder({path: folder, isProjects}: AgentFolder, tools: readonly KnownTool[]): Promise<FoundTypes> {
  const {paths, problem} = await listFiles(folder, deepest);
  const types = new Map<string, AgentType>();
  const owners = new Map<string, string>();
  const reports = problem === null ? [] : [`The folder of agents ${folder} ${problem}. Mend it, or remove it.`];
  const contents = await Promise.all(paths.slice(0, mostFiles).map(readTextFile));
  for (const [at, content] of contents.entries()) {
    const path = paths[at] ?? '';
    if ('problem' in content) reports.push(skipped(path, content.problem));
    else {
      const {type, reports: own} = toType(path, content.text, {tools, isProjects});
      reports.push(...own);
      const owner = type && owners.get(type.name);
      if (owner) reports.push(skipped(path, `${owner} has the name "${type.name}" already`));
      else if (type) {
        owners.set(type.name, path);
        types.set(type.name, type);
      }
    }
  }
  if (paths.length > mostFiles)
    reports.push(`${folder} holds more than ${mostFiles} agent files; the rest is skipped.`);
  return {types: [...types.values()], reports};
}

interface Listed {
  readonly paths: readonly string[];
  readonly problem: string | null;
}

const absent: readonly string[] = ['ENOENT', 'ENOTDIR'];

/** Markdown files in the order of their names. Linked folders are not entered; there may be none at all. */
async function listFiles(folder: string, levels: number): Promise<Listed> {
  const paths: string[] = [];
  try {
    const entries = await readdir(folder, {withFileTypes: true});
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (paths.length > mostFiles) break;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && levels > 1) paths.push(...(await listFiles(path, levels - 1)).paths);
      else if (!entry.isDirectory() && isAgentFile(entry.name)) paths.push(path);
    }
    return {paths, problem: null};
  } catch (error) {
    const code = codeOf(error);
    return {paths, problem: absent.includes(code) ? null : `cannot be read (${code})`};
  }
}

/** What a folder says of itself is no agent. */
const isAgentFile = (name: string): boolean => /\.md$/i.test(name) && !/^readme\.md$/i.test(name);

function toType(path: string, text: string, known: Parameters<typeof checkDefinition>[1]) {
  const parsed = parseFrontMatter(text);
  if (!parsed.ok) return {type: null, reports: [skipped(`${path}:${parsed.line}`, parsed.problem)]};
  const {fields, body} = parsed;
  const values = Object.fromEntries([...fields].map(([key, {value}]) => [key, value]));
  const {type, complaints} = checkDefinition({...values, prompt: body}, known);
  const place = ({key}: Complaint): string => placeOf(path, key === null ? undefined : fields.get(key));
  const reports = complaints.map((complaint, at) =>
    type === null && at === complaints.length - 1
      ? skipped(place(complaint), complaint.problem)
      : `The agent file ${place(complaint)}: ${complaint.problem}. It is used all the same; mend that line if it matters.`,
  );
  return {type, reports};
}

const placeOf = (path: string, field: Field | undefined): string => `${path}:${field?.line ?? 1}`;

const skipped = (place: string, problem: string): string =>
  `The agent file ${place} is skipped: ${problem}. Mend it, or remove the file.`;
