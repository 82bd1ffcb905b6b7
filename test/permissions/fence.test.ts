/** What rules say of files and domains, as a sandbox is told of it. */
import {expect, it} from 'vitest';
import {createProject, open, rules} from './scene.js';

it('tells paths that no program may read or write, where the rule means them', () => {
  const project = createProject();
  const deny = [
    'Read(./.env)',
    'Read(.key)',
    'Read(~/notes/**)',
    'Read(//etc/secret)',
    'Read(/a/{b,c})',
    'Edit(src/*.lock)',
  ];
  const {fence} = open({settings: {rules: rules(project, {deny}), additionalDirectories: ['/more']}}, project);
  const {root, home} = project;
  expect(fence()).toMatchObject({
    denyRead: [
      `${root}/.env`,
      `${root}/**/.key`,
      '/more/**/.key',
      `${home}/notes/**`,
      '/etc/secret',
      `${root}/a/b`,
      `${root}/a/c`,
    ],
    denyWrite: [`${root}/src/*.lock`],
  });
});

it('takes names literally that a rule escapes', () => {
  const project = createProject();
  const {fence} = open({settings: {rules: rules(project, {deny: ['Read(./a\\*b/c)']})}}, project);
  expect(fence().denyRead).toEqual([`${project.root}/a*b/c`]);
});

it('tells domains; one that has to be asked for cannot be reached', () => {
  const project = createProject();
  const lists = {
    allow: ['WebFetch(domain:Example.com)', 'WebFetch(domain:*.example.org)', 'Read(./a)'],
    deny: ['WebFetch(domain:bad.example.org)'],
    ask: ['WebFetch(domain:example.net)'],
  };
  const {fence} = open({settings: {rules: rules(project, lists)}}, project);
  expect(fence()).toEqual({
    denyRead: [],
    denyWrite: [],
    allowedDomains: ['example.com', '*.example.org'],
    deniedDomains: ['bad.example.org', 'example.net'],
  });
});

it('tells what is so at this moment', async () => {
  const {fence, rules: own, project} = open();
  expect(fence().denyRead).toEqual([]);
  await own.add('deny', 'Read(./late)', 'session');
  expect(fence().denyRead).toEqual([project.path('late')]);
});
