'use strict';

/** Makes an element; children are elements or texts, which are never read as HTML. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

/** Good, bad or still under way, by the end of a status. */
function tone(status) {
  if (/FAILED|ROLLBACK|UNHEALTHY|STOPPED/i.test(status)) return 'bad';
  if (/IN_PROGRESS|INITIAL|DRAINING|DEACTIVATING|REVIEW/i.test(status)) return 'busy';
  return 'good';
}

const status = (text) => make('span', { class: tone(text) }, text);
const empty = (text) => make('p', { class: 'empty' }, text);
const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

function picture(state) {
  const vpcs = state.vpcs.map((vpc) => {
    const balancers = state.balancers.filter((balancer) => balancer.vpc === vpc.id);
    const services = state.services.filter((service) => service.vpc === vpc.id);
    return make('div', { class: 'vpc' },
      make('span', { class: 'label' }, `VPC ${vpc.id} ${vpc.block}`),
      balancers.map(balancerBox),
      balancers.length && services.length ? make('span', { class: 'arrow', 'aria-hidden': 'true' }, '→') : null,
      services.map(serviceBox),
      balancers.length + services.length ? null : empty('No service yet.'));
  });
  const tables = state.tables.map((table) => make('div', { class: 'box' },
    make('h3', {}, 'Table'), make('p', { class: 'mono' }, table.name), make('p', {}, plural(table.items, 'item'))));
  if (!vpcs.length && !tables.length) return [empty('Nothing is deployed yet.')];
  const arrow = vpcs.length && tables.length ? [make('span', { class: 'arrow', 'aria-hidden': 'true' }, '→')] : [];
  return [...vpcs, ...arrow, ...tables];
}

function balancerBox(balancer) {
  const targets = balancer.targets.map((target) => make('p', { class: 'small' },
    make('span', { class: 'mono' }, target.address), ' ', status(target.state),
    target.state === 'healthy' ? '' : ` ${target.reason}`));
  return make('div', { class: 'box' }, make('h3', {}, 'Load balancer'),
    make('p', {}, make('a', { href: balancer.url }, balancer.url)),
    balancer.listeners.length > 1 ? balancer.listeners.map((listener) => make('p', { class: 'small mono' }, listener)) : '',
    targets.length ? targets : make('p', { class: 'small soft' }, 'no targets'));
}

function serviceBox(service) {
  return make('div', { class: 'box' }, make('h3', {}, 'Service'), make('p', { class: 'mono' }, service.name),
    make('p', {}, `${service.running} of ${plural(service.desired, 'task')} running`),
    service.deployments.map((deployment) => make('p', { class: 'small' }, 'rollout ', status(deployment.state),
      deployment.failed ? make('span', { class: 'bad' }, `, ${plural(deployment.failed, 'task')} failed`) : '')),
    service.scaling ? scalingLines(service.scaling) : null);
}

function scalingLines(scaling) {
  return [`scales from ${scaling.least} to ${plural(scaling.most, 'task')}`,
    ...scaling.tracked.map((one) => `${one.metric} ${one.value ?? '–'}, target ${one.target}`),
    ...(scaling.last ? [`${scaling.last.what} ${scaling.last.why}`] : [])]
    .map((line) => make('p', { class: 'small soft' }, line));
}

function stackCard(stack) {
  const done = stack.resources.filter((resource) => resource.status.endsWith('_COMPLETE')).length;
  const busy = stack.status.endsWith('_IN_PROGRESS');
  return make('article', { class: 'card', 'data-stack': stack.name, 'data-status': stack.status },
    make('header', {}, make('h3', {}, stack.name), status(stack.status)),
    stack.reason ? make('p', { class: 'small' }, stack.reason) : null,
    make('p', { class: 'small soft' }, `${done} of ${plural(stack.resources.length, 'resource')} done`),
    busy ? make('progress', { max: String(Math.max(stack.resources.length, 1)), value: String(done), 'aria-label': `progress of ${stack.name}` }) : null,
    make('ol', { class: 'events', tabindex: '0', 'aria-label': `events of ${stack.name}` }, stack.events.map((event) => make('li', {},
      make('time', { class: 'soft mono', datetime: event.time }, `${event.time.slice(11, 19)} UTC`),
      make('span', {}, `${event.resource} `, status(event.status), event.reason ? make('span', { class: 'soft' }, ` ${event.reason}`) : '')))));
}

function parameterTable(parameters) {
  if (!parameters.length) return empty('No parameters yet.');
  const rows = parameters.map((parameter) => make('tr', {},
    make('td', { class: 'mono' }, parameter.name), make('td', { class: 'mono' }, parameter.value),
    make('td', {}, parameter.writer ?? '–'), make('td', {}, parameter.readers.join(', ') || '–')));
  const heads = ['Parameter', 'Value', 'Written by', 'Read by'].map((text) => make('th', { scope: 'col' }, text));
  return make('table', {}, make('thead', {}, make('tr', {}, heads)), make('tbody', {}, rows));
}

function pathList(paths) {
  if (!paths.length) return empty('No connections yet.');
  return make('ul', { class: 'paths' }, paths.map((path) => make('li', {},
    make('span', { class: path.why ? 'bad' : 'good' }, path.why ? '✗ ' : '✓ '), path.title,
    path.why ? make('p', { class: 'small' }, `${path.why} ${path.remedy}`) : null)));
}

function taskCard(task) {
  return make('article', { class: 'card' },
    make('header', {}, make('h3', { class: 'mono' }, task.id.slice(0, 12)), status(task.status)),
    make('p', { class: 'small soft' }, `health ${task.health}`, task.reason ? `: ${task.reason}` : ''),
    task.hint ? make('p', { class: 'small bad' }, task.hint) : null,
    make('pre', { tabindex: '0', 'aria-label': 'last lines' }, task.lines.join('\n') || noLines(task)));
}

/** A log group that is deleted takes the lines of its tasks with it. */
function noLines(task) {
  return /STOP|DEPROVISIONING/.test(task.status) ? 'no lines in its log' : 'nothing printed yet';
}

function cards(items, draw, none) {
  return items.length ? make('div', { class: 'cards' }, items.map(draw)) : empty(none);
}

/** Draws a part anew where it has changed, and keeps where the reader had scrolled to. */
const drawn = new Map();
function show(id, part, draw) {
  const text = JSON.stringify(part);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  const place = document.getElementById(id);
  const scrolled = new Map([...place.querySelectorAll('[aria-label]')].map((one) => [one.getAttribute('aria-label'), one.scrollTop]));
  place.replaceChildren(...[draw()].flat());
  for (const one of place.querySelectorAll('[aria-label]')) one.scrollTop = scrolled.get(one.getAttribute('aria-label')) ?? 0;
}

function update(state) {
  document.getElementById('account').textContent = `account ${state.account} in ${state.region}`;
  show('picture', [state.vpcs, state.balancers, state.services, state.tables], () => picture(state));
  show('stacks', state.stacks, () => cards(state.stacks, stackCard, 'No stack is deployed yet.'));
  show('parameters', state.parameters, () => parameterTable(state.parameters));
  show('paths', state.paths, () => pathList(state.paths));
  show('tasks', state.tasks, () => cards(state.tasks, taskCard, 'No task has run yet.'));
}

const live = document.getElementById('live');
const source = new EventSource('/_local/events');
source.onopen = () => { live.textContent = 'live'; live.className = 'on'; };
source.onerror = () => { live.textContent = 'the local AWS does not answer'; live.className = ''; };
source.onmessage = (message) => update(JSON.parse(message.data));
