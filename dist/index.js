import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 24:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 455:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");

/***/ }),

/***/ 161:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");

/***/ }),

/***/ 760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 422:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   VG: () => (/* binding */ RequestTimeout),
/* harmony export */   ZC: () => (/* binding */ abortable),
/* harmony export */   iP: () => (/* binding */ withinDeadline)
/* harmony export */ });
/* harmony import */ var _lib_clock_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(953);

class RequestTimeout extends Error {
    name = 'RequestTimeout';
}
async function withinDeadline({ clock, ms, signal }, work) {
    const own = new AbortController();
    const timeout = (0,_lib_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .timeoutSignal */ ._)(clock, ms, () => new RequestTimeout());
    const onAbort = () => own.abort(signal.aborted ? signal.reason : timeout.signal.reason);
    if (signal.aborted)
        onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    timeout.signal.addEventListener('abort', onAbort, { once: true });
    try {
        return await work(own.signal);
    }
    catch (error) {
        throw own.signal.aborted ? own.signal.reason : error;
    }
    finally {
        timeout.cancel();
        signal.removeEventListener('abort', onAbort);
    }
}
function abortable(transport) {
    return (request) => Promise.race([transport(request), rejection(request.signal)]);
}
function rejection(signal) {
    return new Promise((_, reject) => {
        if (signal.aborted)
            reject(signal.reason);
        else
            signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
}


/***/ }),

/***/ 565:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  O: () => (/* binding */ openDirect)
});

;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");
;// CONCATENATED MODULE: external "node:timers/promises"
const promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers/promises");
;// CONCATENATED MODULE: ./lib/http/transport.js
const CONNECT_TIMEOUT_MS = 10_000;
function flatten(headers) {
    const flat = {};
    for (const [name, value] of Object.entries(headers)) {
        if (value !== undefined)
            flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
    }
    return flat;
}

;// CONCATENATED MODULE: ./lib/http/direct.js



const IDLE_MS = 4000;
const AGENT_OPTIONS = { keepAlive: true, timeout: IDLE_MS };
const TLS_OPTIONS = { ...AGENT_OPTIONS, ALPNProtocols: ['http/1.1'] };
function distrusting(agent) {
    const keep = agent.keepSocketAlive.bind(agent);
    const reuse = agent.reuseSocket.bind(agent);
    agent.keepSocketAlive = (socket) => {
        const isKept = keep(socket);
        if (isKept === true)
            socket.on('data', distrust);
        return isKept === true;
    };
    agent.reuseSocket = (socket, request) => {
        socket.off('data', distrust);
        reuse(socket, request);
    };
    return agent;
}
function distrust() {
    this.destroy();
}
function openDirect() {
    const http = distrusting(new external_node_http_namespaceObject.Agent(AGENT_OPTIONS));
    let secure;
    return {
        async transport(request) {
            await (0,promises_namespaceObject.setImmediate)();
            request.signal.throwIfAborted();
            const { url, method, signal } = request;
            const options = { method, headers: withLength(request), signal };
            if (url.protocol === 'https:') {
                secure ??= openSecure();
                return answerTo(secure.send(url, { ...options, agent: secure.agentFor(request.identity) }), request);
            }
            return answerTo((0,external_node_http_namespaceObject.request)(url, { ...options, agent: http }), request);
        },
        async close() {
            http.destroy();
            secure?.close();
        },
    };
}
function openSecure() {
    const { Agent, request } = process.getBuiltinModule('node:https');
    const agents = new Map();
    return {
        send: request,
        agentFor(identity) {
            const { certificate: cert = '', key } = identity ?? {};
            const known = agents.get(cert) ?? distrusting(new Agent(cert === '' ? TLS_OPTIONS : { ...TLS_OPTIONS, cert, key }));
            agents.set(cert, known);
            return known;
        },
        close() {
            for (const agent of agents.values())
                agent.destroy();
        },
    };
}
function withLength({ headers, body }) {
    return body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) };
}
function answerTo(sent, { url, body }) {
    return new Promise((resolve, reject) => {
        sent.on('error', reject);
        sent.on('socket', (socket) => {
            if (!socket.connecting)
                return;
            const error = Object.assign(new Error('not connected in time'), { code: 'ETIMEDOUT' });
            const timer = setTimeout(() => socket.destroy(error), CONNECT_TIMEOUT_MS);
            for (const event of [url.protocol === 'https:' ? 'secureConnect' : 'connect', 'close']) {
                socket.once(event, () => clearTimeout(timer));
            }
        });
        sent.on('upgrade', (_answer, socket) => {
            socket.destroy();
            reject(Object.assign(new Error('an upgrade that nobody asked for'), { code: 'UNASKED_UPGRADE' }));
        });
        sent.on('response', (answer) => {
            resolve({ status: answer.statusCode ?? 0, headers: flatten(answer.headersDistinct), body: bytesOf(answer) });
        });
        sent.end(body);
    });
}
async function* bytesOf(answer) {
    for await (const chunk of answer)
        yield chunk;
}


/***/ }),

/***/ 192:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Dg: () => (/* binding */ proxyProblems),
/* harmony export */   Wm: () => (/* binding */ proxySecrets),
/* harmony export */   iJ: () => (/* binding */ proxyFor),
/* harmony export */   jL: () => (/* binding */ hasProxy)
/* harmony export */ });
/* unused harmony export proxyAddresses */
const NAMES = { http: ['http_proxy', 'HTTP_PROXY'], https: ['https_proxy', 'HTTPS_PROXY'] };
function proxyAddresses(env) {
    return { httpProxy: addressOf(proxy(env, 'http')), httpsProxy: addressOf(proxy(env, 'https')) };
}
function hasProxy(env) {
    return Object.values(proxyAddresses(env)).some((address) => address !== '');
}
function proxyProblems(env, hosts) {
    const [http, https] = [proxy(env, 'http'), proxy(env, 'https')];
    const isHttpNeeded = https === undefined || hosts.some(({ protocol }) => protocol === 'http:');
    const needed = [...(isHttpNeeded ? [http] : []), https];
    return needed.flatMap((each) => (each?.problem === undefined ? [] : [`${each.name} ${each.problem}`]));
}
function proxyFor(env, url) {
    const used = (url.protocol === 'https:' ? proxy(env, 'https')?.url : undefined) ?? proxy(env, 'http')?.url;
    return used === undefined || isDirect(env['no_proxy'] ?? env['NO_PROXY'] ?? '', url) ? undefined : used.host;
}
function isDirect(noProxy, url) {
    const host = url.hostname.replace(/^\[(.+)\]$/, '$1').replace(/\.$/, '');
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    return noProxy.split(/[\s,]+/).some((entry) => {
        const [, name = '', own = port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
        if (entry === '' || own !== port)
            return false;
        if (name === '*')
            return true;
        const bare = name.replace(/^\*?\./, '').replace(/\.$/, '');
        return host.endsWith(`.${bare}`) || (!name.startsWith('*') && host === bare);
    });
}
function proxySecrets(env) {
    return [...NAMES.http, ...NAMES.https].flatMap((name) => {
        const url = parse(env[name] ?? '');
        if (url === undefined || url.password === '')
            return [];
        const password = decoded(url.password) ?? url.password;
        return [url.password, password, Buffer.from(`${decoded(url.username)}:${password}`).toString('base64')];
    });
}
function proxy(env, scheme) {
    const [lower, upper] = NAMES[scheme];
    const name = env[lower] === undefined ? upper : lower;
    const text = env[name]?.trim() ?? '';
    if (text === '')
        return undefined;
    const url = parse(text);
    if (url === undefined || !/^(https?|socks5?):$/.test(url.protocol) || url.hostname === '') {
        return { name, url: undefined, problem: 'is not the address of a proxy; write it as http://host:port' };
    }
    return decoded(url.username) === undefined || decoded(url.password) === undefined
        ? { name, url: undefined, problem: 'has a user name or password with a stray %; write it as %25' }
        : { name, url };
}
function addressOf(variable) {
    if (variable?.url === undefined)
        return '';
    const { protocol, username, password, host } = variable.url;
    const user = username === '' && password === '' ? '' : `${username}:${password}@`;
    return `${protocol}//${user}${host}`;
}
function parse(text) {
    const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
    return text !== '' && URL.canParse(whole) ? new URL(whole) : undefined;
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 691:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(24);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(455);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(760);
/* harmony import */ var _http_deadline_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(422);
/* harmony import */ var _http_direct_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(565);
/* harmony import */ var _http_proxies_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(192);
/* harmony import */ var _lib_clock_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(953);
/* harmony import */ var _run_process_guard_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(552);
/* harmony import */ var _run_run_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(441);
/* harmony import */ var _runner_runner_js__WEBPACK_IMPORTED_MODULE_10__ = __nccwpck_require__(371);
/* harmony import */ var _runner_secrets_js__WEBPACK_IMPORTED_MODULE_11__ = __nccwpck_require__(811);
var __rewriteRelativeImportExtension = (undefined && undefined.__rewriteRelativeImportExtension) || function (path, preserveJsx) {
    if (typeof path === "string" && /^\.\.?\//.test(path)) {
        return path.replace(/\.(tsx)$|((?:\.d)?)((?:\.[^./]+?)?)\.([cm]?)ts$/i, function (m, tsx, d, ext, cm) {
            return tsx ? preserveJsx ? ".jsx" : ".js" : d && (!ext || !cm) ? m : (d + ext + "." + cm.toLowerCase() + "js");
        });
    }
    return path;
};












async function loadGitHubClient() {
    const path = './github/index.js';
    const eventPath = env['GITHUB_EVENT_PATH'];
    delete env['GITHUB_EVENT_PATH'];
    try {
        return await import(/* webpackIgnore: true */ __rewriteRelativeImportExtension(path));
    }
    finally {
        if (eventPath !== undefined)
            env['GITHUB_EVENT_PATH'] = eventPath;
    }
}
async function openNetwork() {
    if (!(0,_http_proxies_js__WEBPACK_IMPORTED_MODULE_6__/* .hasProxy */ .jL)(env))
        return (0,_http_direct_js__WEBPACK_IMPORTED_MODULE_5__/* .openDirect */ .O)();
    const path = './proxy/index.js';
    const { openProxied } = await import(/* webpackIgnore: true */ __rewriteRelativeImportExtension(path));
    return openProxied(env);
}
const { env } = process;
const secrets = (0,_runner_secrets_js__WEBPACK_IMPORTED_MODULE_11__/* .createSecrets */ .g)(_runner_runner_js__WEBPACK_IMPORTED_MODULE_10__/* .mask */ .dK);
const guard = (0,_run_process_guard_js__WEBPACK_IMPORTED_MODULE_8__/* .guardProcess */ .V)(process, (0,_runner_runner_js__WEBPACK_IMPORTED_MODULE_10__/* .githubRunner */ .OA)(secrets, env));
let network;
const runtime = {
    env,
    clock: _lib_clock_js__WEBPACK_IMPORTED_MODULE_7__/* .systemClock */ .ml,
    random: Math.random,
    transport: (0,_http_deadline_js__WEBPACK_IMPORTED_MODULE_4__/* .abortable */ .ZC)(async (request) => {
        network ??= openNetwork();
        return (await network).transport(request);
    }),
    runner: guard.runner,
    secrets,
    connectGitHub: async (options) => (await loadGitHubClient()).connectGitHub(options),
    cancelled: guard.cancelled,
    readFile: (path) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(path, 'utf8'),
    writeFile: async (name, pieces) => {
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(env['RUNNER_TEMP'] || (0,node_os__WEBPACK_IMPORTED_MODULE_2__.tmpdir)(), name);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.writeFile)(path, pieces, { mode: 0o600 });
        return path;
    },
};
const phase = process.argv[2] === 'job-end' ? 'job-end' : 'step';
await guard.carryOut(() => (0,_run_run_js__WEBPACK_IMPORTED_MODULE_9__/* .run */ .e)(runtime, phase), async () => (await network)?.close());

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 953:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   VT: () => (/* binding */ NO_ERROR),
/* harmony export */   _: () => (/* binding */ timeoutSignal),
/* harmony export */   ml: () => (/* binding */ systemClock)
/* harmony export */ });
const systemClock = {
    now: () => Math.round(performance.timeOrigin + performance.now()),
    sleep: (ms, signal) => new Promise((resolve) => {
        if (signal?.aborted)
            return resolve();
        const finish = () => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', finish);
            resolve();
        };
        const timer = setTimeout(finish, ms);
        signal?.addEventListener('abort', finish, { once: true });
    }),
};
const NO_ERROR = 'the wait is over';
function timeoutSignal(clock, ms, reason) {
    const over = new AbortController();
    const cancelled = new AbortController();
    void clock.sleep(ms, cancelled.signal).then(() => {
        if (!cancelled.signal.aborted)
            over.abort(reason?.());
    });
    return { signal: over.signal, cancel: () => cancelled.abort(NO_ERROR) };
}


/***/ }),

/***/ 892:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ messageOf),
/* harmony export */   i: () => (/* binding */ toError)
/* harmony export */ });
function toError(thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
}
function messageOf(thrown) {
    return toError(thrown).message;
}


/***/ }),

/***/ 720:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   LS: () => (/* binding */ plural),
/* harmony export */   Ln: () => (/* binding */ span),
/* harmony export */   TL: () => (/* binding */ quoted),
/* harmony export */   fK: () => (/* binding */ isTooLongToShow),
/* harmony export */   iE: () => (/* binding */ period),
/* harmony export */   sO: () => (/* binding */ DAY_MS)
/* harmony export */ });
function span(ms) {
    if (ms < 1000)
        return `${Math.round(ms)} ms`;
    if (ms < 59_950)
        return `${(ms / 1000).toFixed(1)} s`;
    const seconds = Math.round(ms / 1000);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    return hours > 0 ? `${hours}h ${two(minutes)}m` : `${minutes}m ${two(seconds % 60)}s`;
}
function two(number) {
    return String(number).padStart(2, '0');
}
const DAY_MS = 86_400_000;
const UNITS = [
    ['d', DAY_MS],
    ['h', 3_600_000],
    [' min', 60_000],
    [' s', 1000],
];
function period(ms) {
    let rest = ms;
    const parts = UNITS.map(([unit, size]) => {
        const count = Math.floor(rest / size);
        rest -= count * size;
        return count === 0 ? '' : `${count}${unit}`;
    });
    const first = parts.findIndex((part) => part !== '');
    return first < 0
        ? '0 s'
        : parts
            .slice(first, first + 2)
            .filter((part) => part !== '')
            .join(' ');
}
function plural(count, noun) {
    return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
const LONGEST_SHOWN = 60;
function isTooLongToShow(value) {
    return value.length > LONGEST_SHOWN;
}
function quoted(value) {
    return isTooLongToShow(value) ? `a value of ${value.length} characters` : `'${value}'`;
}


/***/ }),

/***/ 890:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   T2: () => (/* binding */ markdownForms),
/* harmony export */   aY: () => (/* binding */ code),
/* harmony export */   wD: () => (/* binding */ markdown)
/* harmony export */ });
function markdown(text) {
    return separated(references(text));
}
function markdownForms(text) {
    const inert = references(text);
    return [inert, separated(inert)];
}
function separated(inert) {
    return inert.replace(/&#(?:35|64);|\bGH-(?=\d)/gi, '$&&#8203;');
}
function code(text) {
    return `<code>${references(text)}</code>`;
}
function references(text) {
    return text
        .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
        .replace(/[&<>"'`*_[\]|\\#@~$]|:(?=\/\/)|(?<=www)\./gi, (character) => `&#${character.codePointAt(0)};`);
}


/***/ }),

/***/ 627:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E9: () => (/* binding */ dollars),
/* harmony export */   YO: () => (/* binding */ usdNumber),
/* harmony export */   Yn: () => (/* binding */ usdText),
/* harmony export */   Z1: () => (/* binding */ dollarsAMonth),
/* harmony export */   _e: () => (/* binding */ parseUsd)
/* harmony export */ });
const DECIMALS = 12;
const ONE = 10n ** BigInt(DECIMALS);
const SHOWN_DECIMALS = 4;
const HOURS_A_MONTH = 730n;
const AMOUNT = /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?(?:e([+-]?\d{1,3}))?$/i;
function parseUsd(value) {
    const [, sign, whole = '', fraction = '', exponent = '0'] = AMOUNT.exec(String(value).trim()) ?? [];
    if (sign === undefined || whole + fraction === '')
        return undefined;
    const shift = DECIMALS - fraction.length + Number(exponent);
    if (Math.abs(shift) > 60)
        return undefined;
    const digits = BigInt(whole + fraction);
    const amount = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
    return sign === '-' ? -amount : amount;
}
function usdText(amount) {
    return decimal(amount, SHOWN_DECIMALS);
}
function usdNumber(amount) {
    return Number(usdText(amount));
}
function dollars(amount) {
    const isSmall = amount < ONE / 10n && amount > -ONE / 10n;
    return withSign(decimal(amount, isSmall ? SHOWN_DECIMALS : 2));
}
function dollarsAMonth(anHour) {
    const month = anHour * HOURS_A_MONTH;
    const digits = String(rounded(month, 0)).replace('-', '').length;
    if (digits <= 3)
        return withSign(month < 100n * ONE ? decimal(month, 2) : String(rounded(month, 0)));
    const unit = 10n ** BigInt(digits - 3);
    return withSign(String(rounded(month / unit, 0) * unit));
}
function decimal(amount, most) {
    const units = rounded(amount, most);
    const digits = String(units < 0n ? -units : units).padStart(most + 1, '0');
    const [whole, fraction] = [digits.slice(0, -most), digits.slice(-most)];
    return `${units < 0n ? '-' : ''}${whole}.${fraction.slice(0, 2)}${fraction.slice(2).replace(/0+$/, '')}`;
}
function rounded(amount, decimals) {
    const unit = 10n ** BigInt(DECIMALS - decimals);
    const half = amount < 0n ? -unit / 2n : unit / 2n;
    return (amount + half) / unit;
}
function withSign(text) {
    const grouped = text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
    return grouped.startsWith('-') ? `-$${grouped.slice(1)}` : `$${grouped}`;
}


/***/ }),

/***/ 214:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ redacted),
/* harmony export */   v: () => (/* binding */ MASK)
/* harmony export */ });
const MASK = '***';
function redacted(value, redact, limits = {}) {
    const { deepest = Number.POSITIVE_INFINITY, except } = limits;
    const known = new Map();
    const of = (value, depth) => {
        if (typeof value === 'string')
            return redact(value);
        if (typeof value !== 'object' || value === null || !isPlain(value))
            return value;
        if (depth > deepest)
            throw new RangeError('nested too deeply');
        const result = known.get(value) ?? (Array.isArray(value) ? ofList(value, depth) : ofObject(value, depth));
        if (result !== value || Array.isArray(value))
            known.set(value, result);
        return result;
    };
    const ofList = (list, depth) => {
        let copy;
        for (let index = 0; index < list.length; index++) {
            const clean = of(list[index], depth + 1);
            if (clean === list[index])
                continue;
            copy ??= [...list];
            copy[index] = clean;
        }
        return copy ?? list;
    };
    const ofObject = (object, depth) => {
        let copy;
        for (const name in object) {
            if (except?.has(name))
                continue;
            const member = Reflect.get(object, name);
            const clean = of(member, depth + 1);
            if (clean === member)
                continue;
            copy ??= { ...object };
            Reflect.defineProperty(copy, name, { value: clean, enumerable: true, configurable: true, writable: true });
        }
        return copy ?? object;
    };
    return of(value, 1);
}
function isPlain(value) {
    if (Array.isArray(value))
        return true;
    const prototype = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
}


/***/ }),

/***/ 570:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ao: () => (/* binding */ changes),
/* harmony export */   Ij: () => (/* binding */ acts),
/* harmony export */   Ke: () => (/* binding */ refusals),
/* harmony export */   Vf: () => (/* binding */ lastAct),
/* harmony export */   Zw: () => (/* binding */ problemOf),
/* harmony export */   ar: () => (/* binding */ deletionAccepted),
/* harmony export */   fK: () => (/* binding */ hadEffect),
/* harmony export */   iY: () => (/* binding */ observationsSince),
/* harmony export */   ml: () => (/* binding */ snapshots),
/* harmony export */   v6: () => (/* binding */ ended),
/* harmony export */   w7: () => (/* binding */ sameObservations),
/* harmony export */   zG: () => (/* binding */ requests)
/* harmony export */ });
function requests(history) {
    return history.filter((event) => event.type === 'requested');
}
function acts(history, verb) {
    return history.filter((event) => event.type === 'requested' && event.action.verb === verb);
}
function lastAct(history) {
    return requests(history).at(-1);
}
function ended(history, verb, result) {
    return acts(history, verb).filter((act) => act.actionResult.result === result);
}
function refusals(history) {
    return requests(history).filter(({ actionResult }) => actionResult.result === 'refused');
}
function snapshots(history) {
    return history.filter((event) => event.type === 'observed');
}
function sameObservations(history) {
    const last = history.at(-1);
    return last === undefined || last.type === 'requested' ? 0 : last.times;
}
function hadEffect({ actionResult }) {
    return actionResult.result !== 'not-found';
}
function observationsSince(history, counts = () => true) {
    const from = history.findLastIndex((event) => event.type === 'requested' && counts(event)) + 1;
    return history.slice(from).reduce((sum, event) => sum + (event.type === 'requested' ? 0 : event.times), 0);
}
function deletionAccepted(history) {
    return requests(history).some(({ action, actionResult }) => action.final && actionResult.result === 'accepted');
}
function changes(history) {
    const asked = requests(history).filter(({ actionResult: { result } }) => result === 'accepted' || result === 'unknown');
    const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
    return asked.filter(({ action, actionResult }, index) => actionResult.result === 'accepted' || !asked.slice(index + 1).some((later) => isSame(later.action, action)));
}
function problemOf(act) {
    return act !== undefined && 'problem' in act.actionResult ? act.actionResult.problem : '';
}


/***/ }),

/***/ 669:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Tp: () => (/* binding */ resourceGroupOf),
/* harmony export */   a2: () => (/* binding */ nounOf),
/* harmony export */   c3: () => (/* binding */ listOf),
/* harmony export */   eZ: () => (/* binding */ RESOURCES),
/* harmony export */   hD: () => (/* binding */ targetKey)
/* harmony export */ });
const RESOURCES = ['deployment', 'model', 'environment', 'chain', 'chain-deployment', 'resource-group'];
function nounOf(resource) {
    return resource.replaceAll('-', ' ');
}
function targetKey({ resource, id, parent, group }) {
    return JSON.stringify([resource, id, parent, group].filter((part) => part !== undefined));
}
function resourceGroupOf({ resource, id, group }) {
    if (resource === 'resource-group')
        return id;
    return typeof group === 'string' ? group : undefined;
}
function listOf({ resource, id, parent, group }) {
    return resource === 'resource-group' ? targetKey({ resource, id }) : JSON.stringify([parent ?? '', group ?? '']);
}


/***/ }),

/***/ 489:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   FZ: () => (/* binding */ stoppedPhrase),
/* harmony export */   Lb: () => (/* binding */ byCost),
/* harmony export */   TL: () => (/* binding */ costNumber),
/* harmony export */   b0: () => (/* binding */ planCost),
/* harmony export */   ch: () => (/* binding */ costCell),
/* harmony export */   kE: () => (/* binding */ costPerHourText),
/* harmony export */   rT: () => (/* binding */ costPhrase),
/* harmony export */   s1: () => (/* binding */ savings),
/* harmony export */   u8: () => (/* binding */ spentText)
/* harmony export */ });
/* unused harmony export perHour */
/* harmony import */ var _lib_format_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(720);
/* harmony import */ var _lib_money_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(627);


const STOPPED = new Set(['deleted', 'accepted', 'planned']);
function sumOf(costs) {
    return costs.reduce(({ known, unknown }, cost) => cost?.perHour === undefined ? { known, unknown: unknown + 1 } : { known: known + cost.perHour, unknown }, { known: 0n, unknown: 0 });
}
function stoppedBy(results) {
    return results.filter(({ outcome }) => STOPPED.has(outcome));
}
function costPerHourText({ results, hasPrices }) {
    const { known, unknown } = sumOf(stoppedBy(results).map(({ cost }) => cost));
    return hasPrices === true && unknown === 0 ? (0,_lib_money_js__WEBPACK_IMPORTED_MODULE_1__/* .usdText */ .Yn)(known) : '';
}
function costNumber(cost) {
    return cost?.perHour === undefined ? null : (0,_lib_money_js__WEBPACK_IMPORTED_MODULE_1__/* .usdNumber */ .YO)(cost.perHour);
}
function stoppedPhrase({ results, hasPrices, dryRun }) {
    const stopped = stoppedBy(results);
    const { known, unknown } = sumOf(stopped.map(({ cost }) => cost));
    if (hasPrices !== true || stopped.length === unknown || known === 0n)
        return '';
    const least = unknown === 0 ? '' : 'at least ';
    return `${dryRun ? 'would stop' : 'stops'} ${least}${perHour(known)}`;
}
function savings(report) {
    const { results, hasPrices, dryRun, plan } = report;
    const stopped = stoppedBy(results);
    if (hasPrices !== true || stopped.length === 0)
        return '';
    const { known, unknown } = sumOf(stopped.map(({ cost }) => cost));
    if (stopped.length === unknown)
        return 'What it costs is not known.';
    const sentences = [`${dryRun ? 'Would stop' : 'Stops'} ${amount(known, unknown)}.`];
    const spent = spentOn(stopped.map(({ cost }) => cost));
    if (spent !== '')
        sentences.push(`It has cost ${spent} in the last 31 days.`);
    if (plan !== undefined)
        sentences.push(keptSentence(plan));
    return sentences.filter((sentence) => sentence !== '').join(' ');
}
function planCost(plan) {
    if (plan.candidates.every(({ cost }) => cost?.perHour === undefined))
        return '';
    const selected = plan.candidates.filter((candidate) => candidate.class === 'selected');
    const { known, unknown } = sumOf(selected.map(({ cost }) => cost));
    const costs = selected.length === 0 ? '' : `What is selected costs ${amount(known, unknown)}.`;
    return [costs, keptSentence(plan)].filter((sentence) => sentence !== '').join(' ');
}
function keptSentence({ candidates }) {
    const kept = candidates.filter(({ class: name }) => name !== 'selected' && name !== 'not-matched');
    const { known, unknown } = sumOf(kept.map(({ cost }) => cost));
    if (kept.length === unknown)
        return '';
    return `What is kept costs ${unknown === 0 ? '' : 'at least '}${perHour(known)}.`;
}
function amount(known, unknown) {
    const rest = unknown === 0 ? '' : `; the price of ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .plural */ .LS)(unknown, 'target')} is not known`;
    if (known === 0n)
        return `nothing at the moment: no replica runs${rest}`;
    return `${unknown === 0 ? '' : 'at least '}${perHour(known)}, about ${(0,_lib_money_js__WEBPACK_IMPORTED_MODULE_1__/* .dollarsAMonth */ .Z1)(known)} a month, at list price${rest}`;
}
function perHour(amount) {
    return `${(0,_lib_money_js__WEBPACK_IMPORTED_MODULE_1__/* .dollars */ .E9)(amount)} an hour`;
}
function spentOn(costs) {
    const told = costs.flatMap((cost) => cost?.spent?.cost ?? []);
    return told.length === 0 ? '' : (0,_lib_money_js__WEBPACK_IMPORTED_MODULE_1__/* .dollars */ .E9)(told.reduce((sum, each) => sum + each, 0n));
}
function costCell(cost) {
    return cost?.perHour === undefined ? 'unknown' : (0,_lib_money_js__WEBPACK_IMPORTED_MODULE_1__/* .dollars */ .E9)(cost.perHour);
}
function spentText(cost) {
    if (cost?.spent === undefined)
        return '';
    const { cost: money, requests } = cost.spent;
    return [money === undefined ? '' : (0,_lib_money_js__WEBPACK_IMPORTED_MODULE_1__/* .dollars */ .E9)(money), (0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .plural */ .LS)(requests, 'request')]
        .filter((part) => part !== '')
        .join(' and ');
}
function costPhrase(cost) {
    const spent = spentText(cost);
    const parts = [cost?.perHour === undefined ? '' : perHour(cost.perHour), spent === '' ? '' : `${spent} in 31 days`];
    return parts.map((part) => (part === '' ? '' : `, ${part}`)).join('');
}
function byCost(items) {
    return [...items].sort((a, b) => {
        const [x, y] = [a.cost?.perHour ?? -1n, b.cost?.perHour ?? -1n];
        return x === y ? 0 : x > y ? -1 : 1;
    });
}


/***/ }),

/***/ 568:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Pq: () => (/* binding */ json),
/* harmony export */   T9: () => (/* binding */ rowJson),
/* harmony export */   Yz: () => (/* binding */ outputsOf),
/* harmony export */   pp: () => (/* binding */ resultObject)
/* harmony export */ });
/* harmony import */ var _providers_history_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(570);
/* harmony import */ var _providers_target_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(669);
/* harmony import */ var _cost_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(489);
/* harmony import */ var _status_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(282);




const LIMIT = 500_000;
function outputsOf(report, reportPath, limit = LIMIT) {
    const { results } = report;
    const deleted = results.filter(({ outcome }) => outcome === 'deleted');
    const targets = results.filter(({ outcome }) => outcome !== 'kept');
    const [only] = targets.length === 1 ? targets : [];
    const ids = fill(deleted.map(({ target }) => json(target.id)), limit / 2);
    const outputs = {
        status: (0,_status_js__WEBPACK_IMPORTED_MODULE_1__/* .stepStatus */ .FY)(report),
        tombstone: only?.tombstone === undefined ? '' : json(only.tombstone),
        tombstones: '[]',
        results: '[]',
        'deleted-ids': ids.text,
        'deleted-count': String(deleted.length),
        'failed-count': String((0,_status_js__WEBPACK_IMPORTED_MODULE_1__/* .count */ .U9)(results, 'failed', 'refused', 'timed-out')),
        'kept-count': String((0,_status_js__WEBPACK_IMPORTED_MODULE_1__/* .count */ .U9)(results, 'kept')),
        'cost-per-hour': (0,_cost_js__WEBPACK_IMPORTED_MODULE_0__/* .costPerHourText */ .kE)(report),
        'report-path': reportPath,
    };
    if (size(outputs) > limit)
        outputs.tombstone = '';
    const rows = fill(results.map((result) => rowJson(resultObject(result, report))), limit - size(outputs));
    outputs.results = rows.text;
    const tombstones = fill(targets.map(({ tombstone }) => json(tombstone)), limit - size(outputs));
    outputs.tombstones = tombstones.text;
    const cut = ids.cut || rows.cut || tombstones.cut || (only?.tombstone !== undefined && outputs.tombstone === '');
    return { outputs, cut };
}
function resultObject(result, report) {
    const { target, name, outcome, reason, lastStatus, tombstone, startedAt, endedAt, history, cost } = result;
    return {
        provider: report.provider ?? '',
        resource: target.resource,
        id: target.id,
        modelId: target.parent ?? (target.resource === 'model' ? target.id : null),
        name: name ?? null,
        resourceGroup: (0,_providers_target_js__WEBPACK_IMPORTED_MODULE_2__/* .resourceGroupOf */ .Tp)(target) ?? null,
        outcome,
        reason,
        lastStatus: lastStatus ?? null,
        tombstone: tombstone ?? null,
        durationMs: endedAt - startedAt,
        actions: (0,_providers_history_js__WEBPACK_IMPORTED_MODULE_3__/* .changes */ .Ao)(history).map(({ action }) => action.verb),
        costPerHour: (0,_cost_js__WEBPACK_IMPORTED_MODULE_0__/* .costNumber */ .TL)(cost),
    };
}
function fill(items, room) {
    const parts = [];
    let used = 2;
    for (const item of items) {
        used += item.length + 1;
        if (used > room)
            return { text: `[${parts.join(',')}]`, cut: true };
        parts.push(item);
    }
    return { text: `[${parts.join(',')}]`, cut: false };
}
function json(value, instead = null) {
    try {
        return JSON.stringify(value) ?? 'null';
    }
    catch {
        return JSON.stringify(instead);
    }
}
function rowJson(row) {
    return json(row, { ...row, tombstone: null });
}
function size(outputs) {
    return Object.values(outputs).reduce((sum, value) => sum + value.length, 0);
}


/***/ }),

/***/ 282:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $L: () => (/* binding */ isDone),
/* harmony export */   FY: () => (/* binding */ stepStatus),
/* harmony export */   N6: () => (/* binding */ isFailure),
/* harmony export */   U9: () => (/* binding */ count),
/* harmony export */   zy: () => (/* binding */ isNotBegun)
/* harmony export */ });
/* unused harmony export statusOf */
const WORST_FIRST = [
    ['failed', 'failed'],
    ['refused', 'failed'],
    ['timed-out', 'timed-out'],
    ['cancelled', 'cancelled'],
    ['planned', 'planned'],
    ['accepted', 'accepted'],
    ['deleted', 'deleted'],
    ['already-gone', 'already-gone'],
];
function statusOf(results) {
    const outcomes = new Set(results.map(({ outcome }) => outcome));
    return WORST_FIRST.find(([outcome]) => outcomes.has(outcome))?.[1] ?? 'nothing-to-delete';
}
function stepStatus({ problems, deferred, brokenOff, results }) {
    if (brokenOff !== undefined)
        return brokenOff;
    if (problems.length > 0)
        return 'failed';
    return deferred ? 'planned' : statusOf(results);
}
function isFailure(outcome) {
    return outcome === 'failed' || outcome === 'refused' || outcome === 'timed-out';
}
function isDone({ problems, brokenOff, results }) {
    const isOpen = ({ outcome }) => isFailure(outcome) || outcome === 'cancelled';
    return problems.length === 0 && brokenOff === undefined && !results.some(isOpen);
}
function isNotBegun({ problems, results }) {
    return problems.length > 0 && !results.some(isActedUpon);
}
function isActedUpon({ outcome, history }) {
    return outcome === 'deleted' || outcome === 'accepted' || history.some(({ type }) => type === 'requested');
}
function count(results, ...outcomes) {
    return results.filter(({ outcome }) => outcomes.includes(outcome)).length;
}


/***/ }),

/***/ 275:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Gd: () => (/* binding */ InternalError),
/* harmony export */   kA: () => (/* binding */ framesOf),
/* harmony export */   os: () => (/* binding */ unexpected)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(892);

class InternalError extends Error {
    name = 'InternalError';
    isReported = false;
    constructor(cause) {
        super(unexpected((0,_lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .messageOf */ .b)(cause)), { cause });
    }
}
function unexpected(what) {
    return `Undeploy failed unexpectedly: ${what}. Please report this. The log shows what was done before. Run the step again; it continues from there`;
}
function framesOf(error) {
    const lines = error instanceof Error ? (error.stack ?? '').split('\n') : [];
    return lines
        .filter((line) => /^\s+at /.test(line))
        .map((line) => line.trim())
        .join(' ');
}


/***/ }),

/***/ 552:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ guardProcess)
/* harmony export */ });
/* harmony import */ var _report_outputs_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(568);
/* harmony import */ var _internal_error_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(275);


const WIND_DOWN_MS = 5000;
const LINGER_MS = 1000;
function guardProcess(process, runner) {
    const cancel = new AbortController();
    const written = new Set();
    let internalError;
    let isOver = false;
    process.exitCode = 1;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'])
        process.on(signal, () => cancel.abort());
    for (const stream of [process.stdout, process.stderr])
        stream.on('error', () => undefined);
    for (const event of ['uncaughtException', 'unhandledRejection']) {
        process.on(event, (error) => {
            process.exitCode = 1;
            if (internalError !== undefined)
                return;
            runner.debug((0,_internal_error_js__WEBPACK_IMPORTED_MODULE_1__/* .framesOf */ .kA)(error));
            internalError = new _internal_error_js__WEBPACK_IMPORTED_MODULE_1__/* .InternalError */ .Gd(error);
            cancel.abort(internalError);
            setTimeout(() => process.exit(1), WIND_DOWN_MS).unref();
        });
    }
    process.on('exit', () => {
        if (isOver && internalError === undefined)
            return;
        process.exitCode = 1;
        const problem = internalError?.message ?? (0,_internal_error_js__WEBPACK_IMPORTED_MODULE_1__/* .unexpected */ .os)('it stopped in the middle');
        if (internalError?.isReported !== true)
            runner.error(problem);
        if (!isOver)
            writeMissingOutputs(runner, written, problem);
    });
    return {
        cancelled: cancel.signal,
        runner: {
            ...runner,
            output(name, value) {
                runner.output(name, value);
                written.add(name);
            },
        },
        async carryOut(work, close) {
            try {
                const succeeded = await work();
                isOver = true;
                process.exitCode = succeeded && internalError === undefined ? 0 : 1;
            }
            catch (error) {
                runner.debug((0,_internal_error_js__WEBPACK_IMPORTED_MODULE_1__/* .framesOf */ .kA)(error));
                internalError ??= new _internal_error_js__WEBPACK_IMPORTED_MODULE_1__/* .InternalError */ .Gd(error);
            }
            setTimeout(() => process.exit(), LINGER_MS).unref();
            await close();
        },
    };
}
function writeMissingOutputs(runner, written, problem) {
    const nothing = { provider: undefined, dryRun: false, scope: [], results: [], problems: [problem], plan: undefined };
    try {
        const { outputs } = (0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_0__/* .outputsOf */ .Yz)({ ...nothing, startedAt: 0, endedAt: 0 }, '');
        for (const [name, value] of Object.entries(outputs)) {
            if (name === 'status' || !written.has(name))
                runner.output(name, value);
        }
    }
    catch (error) {
        runner.debug((0,_internal_error_js__WEBPACK_IMPORTED_MODULE_1__/* .framesOf */ .kA)(error));
    }
}


/***/ }),

/***/ 441:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

;// CONCATENATED MODULE: ./node_modules/valibot/dist/index.mjs
//#region src/storages/globalConfig/globalConfig.ts
let store$4;
const DEFAULT_CONFIG = {
	lang: void 0,
	message: void 0,
	abortEarly: void 0,
	abortPipeEarly: void 0
};
/**
* Sets the global configuration.
*
* @param config The configuration.
*/
function setGlobalConfig(config$1) {
	store$4 = {
		...store$4,
		...config$1
	};
}
/**
* Returns the global configuration.
*
* @param config The config to merge.
*
* @returns The configuration.
*/
/* @__NO_SIDE_EFFECTS__ */
function getGlobalConfig(config$1) {
	if (!config$1 && !store$4) return DEFAULT_CONFIG;
	return {
		lang: config$1?.lang ?? store$4?.lang,
		message: config$1?.message,
		abortEarly: config$1?.abortEarly ?? store$4?.abortEarly,
		abortPipeEarly: config$1?.abortPipeEarly ?? store$4?.abortPipeEarly
	};
}
/**
* Deletes the global configuration.
*/
function deleteGlobalConfig() {
	store$4 = void 0;
}

//#endregion
//#region src/storages/globalMessage/globalMessage.ts
let store$3;
/**
* Sets a global error message.
*
* @param message The error message.
* @param lang The language of the message.
*/
function setGlobalMessage(message$1, lang) {
	if (!store$3) store$3 = /* @__PURE__ */ new Map();
	store$3.set(lang, message$1);
}
/**
* Returns a global error message.
*
* @param lang The language of the message.
*
* @returns The error message.
*/
/* @__NO_SIDE_EFFECTS__ */
function getGlobalMessage(lang) {
	return store$3?.get(lang);
}
/**
* Deletes a global error message.
*
* @param lang The language of the message.
*/
function deleteGlobalMessage(lang) {
	store$3?.delete(lang);
}

//#endregion
//#region src/storages/schemaMessage/schemaMessage.ts
let store$2;
/**
* Sets a schema error message.
*
* @param message The error message.
* @param lang The language of the message.
*/
function setSchemaMessage(message$1, lang) {
	if (!store$2) store$2 = /* @__PURE__ */ new Map();
	store$2.set(lang, message$1);
}
/**
* Returns a schema error message.
*
* @param lang The language of the message.
*
* @returns The error message.
*/
/* @__NO_SIDE_EFFECTS__ */
function getSchemaMessage(lang) {
	return store$2?.get(lang);
}
/**
* Deletes a schema error message.
*
* @param lang The language of the message.
*/
function deleteSchemaMessage(lang) {
	store$2?.delete(lang);
}

//#endregion
//#region src/storages/specificMessage/specificMessage.ts
let store$1;
/**
* Sets a specific error message.
*
* @param reference The identifier reference.
* @param message The error message.
* @param lang The language of the message.
*/
function setSpecificMessage(reference, message$1, lang) {
	if (!store$1) store$1 = /* @__PURE__ */ new Map();
	if (!store$1.get(reference)) store$1.set(reference, /* @__PURE__ */ new Map());
	store$1.get(reference).set(lang, message$1);
}
/**
* Returns a specific error message.
*
* @param reference The identifier reference.
* @param lang The language of the message.
*
* @returns The error message.
*/
/* @__NO_SIDE_EFFECTS__ */
function getSpecificMessage(reference, lang) {
	return store$1?.get(reference)?.get(lang);
}
/**
* Deletes a specific error message.
*
* @param reference The identifier reference.
* @param lang The language of the message.
*/
function deleteSpecificMessage(reference, lang) {
	store$1?.get(reference)?.delete(lang);
}

//#endregion
//#region src/utils/_stringify/_stringify.ts
/**
* Stringifies an unknown input to a literal or type string.
*
* @param input The unknown input.
*
* @returns A literal or type string.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _stringify(input) {
	const type = typeof input;
	if (type === "string") return `"${input}"`;
	if (type === "number" || type === "bigint" || type === "boolean") return `${input}`;
	if (type === "object" || type === "function") return (input && Object.getPrototypeOf(input)?.constructor?.name) ?? "null";
	return type;
}

//#endregion
//#region src/utils/_addIssue/_addIssue.ts
/**
* Adds an issue to the dataset.
*
* @param context The issue context.
* @param label The issue label.
* @param dataset The input dataset.
* @param config The configuration.
* @param other The optional props.
*
* @internal
*/
function _addIssue(context, label, dataset, config$1, other) {
	const input = other && "input" in other ? other.input : dataset.value;
	const expected = other?.expected ?? context.expects ?? null;
	const received = other?.received ?? /* @__PURE__ */ _stringify(input);
	const issue = {
		kind: context.kind,
		type: context.type,
		input,
		expected,
		received,
		message: `Invalid ${label}: ${expected ? `Expected ${expected} but r` : "R"}eceived ${received}`,
		requirement: context.requirement,
		path: other?.path,
		issues: other?.issues,
		lang: config$1.lang,
		abortEarly: config$1.abortEarly,
		abortPipeEarly: config$1.abortPipeEarly
	};
	const isSchema = context.kind === "schema";
	const message$1 = other?.message ?? context.message ?? /* @__PURE__ */ getSpecificMessage(context.reference, issue.lang) ?? (isSchema ? /* @__PURE__ */ getSchemaMessage(issue.lang) : null) ?? config$1.message ?? /* @__PURE__ */ getGlobalMessage(issue.lang);
	if (message$1 !== void 0) issue.message = typeof message$1 === "function" ? message$1(issue) : message$1;
	if (isSchema) dataset.typed = false;
	if (dataset.issues) dataset.issues.push(issue);
	else dataset.issues = [issue];
}

//#endregion
//#region src/utils/_cloneDataset/_cloneDataset.ts
/**
* Creates a shallow copy of a dataset.
*
* Hint: The `value` is copied by reference, but the `issues` array, its issues
* and their `path` arrays are cloned to avoid reusing mutable dataset state
* across multiple runs. Mutating a returned object or array value can
* therefore affect later cache hits that reuse the same cached output.
*
* @param dataset The output dataset.
*
* @returns The copied output dataset.
*/
/* @__NO_SIDE_EFFECTS__ */
function _cloneDataset(dataset) {
	return {
		typed: dataset.typed,
		value: dataset.value,
		issues: dataset.issues?.map((issue) => ({
			...issue,
			path: issue.path && [...issue.path]
		}))
	};
}

//#endregion
//#region src/utils/_formatCase/_formatCase.ts
/**
* Splits a string into lowercase words and rejoins them with the given
* separator and capitalization rules.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries. Whether the first or subsequent words are
* capitalized is controlled by `capFirst` and `capRest`.
*
* Hint: Implemented in a single pass that emits directly to the result
* string to avoid an intermediate `string[]` allocation. ASCII chars are
* classified via char codes to skip `.toLowerCase()` and `.toUpperCase()`
* method calls in the common case.
*
* Hint: Digits are treated as a separate character class, so `item2Name`
* yields `item2` and `name` rather than `item`, `2` and `name`.
*
* @param input The input string.
* @param separator The string inserted between words.
* @param capFirst Whether to capitalize the first word.
* @param capRest Whether to capitalize subsequent words.
*
* @returns The formatted string.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _formatCase(input, separator, capFirst, capRest) {
	let result = "";
	let firstWord = true;
	let start = 0;
	let prev = 0;
	let prevPrev = 0;
	const flush = (end) => {
		if (end > start) {
			let word = input.slice(start, end).toLowerCase();
			if (firstWord ? capFirst : capRest) {
				const firstCode = word.charCodeAt(0);
				if (firstCode >= 97 && firstCode <= 122) word = String.fromCharCode(firstCode - 32) + word.slice(1);
				else {
					const charLen = firstCode >= 55296 && firstCode <= 56319 ? 2 : 1;
					word = word.slice(0, charLen).toUpperCase() + word.slice(charLen);
				}
			}
			result += firstWord ? word : separator + word;
			firstWord = false;
		}
	};
	for (let index = 0; index < input.length; index++) {
		const code = input.charCodeAt(index);
		let type;
		if (code === 32 || code === 9 || code === 10 || code === 11 || code === 12 || code === 13 || code === 45 || code === 95) {
			flush(index);
			start = index + 1;
			type = 0;
		} else if (code < 128) type = code >= 65 && code <= 90 ? 1 : code >= 97 && code <= 122 ? 2 : 3;
		else {
			const char = input[index];
			const charLower = char.toLowerCase();
			type = charLower === char.toUpperCase() ? 3 : char === charLower ? 2 : 1;
		}
		if (type === 1 && (prev === 2 || prev === 3) && index > start) {
			flush(index);
			start = index;
		} else if (type === 2 && prev === 1 && prevPrev === 1 && index - 1 > start) {
			flush(index - 1);
			start = index - 1;
		}
		prevPrev = prev;
		prev = type;
	}
	flush(input.length);
	return result;
}

//#endregion
//#region src/utils/_getByteCount/_getByteCount.ts
let textEncoder;
/**
* Returns the byte count of the input.
*
* @param input The input to be measured.
*
* @returns The byte count.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getByteCount(input) {
	if (!textEncoder) textEncoder = new TextEncoder();
	return textEncoder.encode(input).length;
}

//#endregion
//#region src/utils/_getCodePointCount/_getCodePointCount.ts
/**
* Returns the code point count of the input.
*
* @param input The input to be measured.
*
* @returns The code point count.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getCodePointCount(input) {
	let count = input.length;
	const lengthMinus1 = input.length - 1;
	for (let i = 0; i < lengthMinus1;) if (input.codePointAt(i) <= 65535) i++;
	else {
		i += 2;
		count--;
	}
	return count;
}

//#endregion
//#region src/utils/_getGraphemeCount/_getGraphemeCount.ts
let segmenter;
/**
* Returns the grapheme count of the input.
*
* @param input The input to be measured.
*
* @returns The grapheme count.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getGraphemeCount(input) {
	if (!segmenter) segmenter = new Intl.Segmenter();
	const segments = segmenter.segment(input);
	let count = 0;
	for (const _ of segments) count++;
	return count;
}

//#endregion
//#region src/utils/_getLastMetadata/_getLastMetadata.ts
/**
* Returns the last top-level value of a given metadata type from a schema
* using a breadth-first search that starts with the last item in the pipeline.
*
* @param schema The schema to search.
* @param type The metadata type.
*
* @returns The value, if any.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getLastMetadata(schema, type) {
	if ("pipe" in schema) {
		const nestedSchemas = [];
		for (let index = schema.pipe.length - 1; index >= 0; index--) {
			const item = schema.pipe[index];
			if (item.kind === "schema" && "pipe" in item) nestedSchemas.push(item);
			else if (item.kind === "metadata" && item.type === type) return item[type];
		}
		for (const nestedSchema of nestedSchemas) {
			const result = /* @__PURE__ */ _getLastMetadata(nestedSchema, type);
			if (result !== void 0) return result;
		}
	}
}

//#endregion
//#region src/utils/_getWordCount/_getWordCount.ts
let store;
/**
* Returns the word count of the input.
*
* @param locales The locales to be used.
* @param input The input to be measured.
*
* @returns The word count.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getWordCount(locales, input) {
	if (!store) store = /* @__PURE__ */ new Map();
	const key = String(locales);
	let segmenter$1 = store.get(key);
	if (!segmenter$1) {
		segmenter$1 = new Intl.Segmenter(locales, { granularity: "word" });
		store.set(key, segmenter$1);
	}
	const segments = segmenter$1.segment(input);
	let count = 0;
	for (const segment of segments) if (segment.isWordLike) count++;
	return count;
}

//#endregion
//#region src/utils/_isLuhnAlgo/_isLuhnAlgo.ts
/**
* Non-digit regex.
*/
const NON_DIGIT_REGEX = /\D/gu;
/**
* Checks whether a string with numbers corresponds to the luhn algorithm.
*
* @param input The input to be checked.
*
* @returns Whether input is valid.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isLuhnAlgo(input) {
	const number$1 = input.replace(NON_DIGIT_REGEX, "");
	let length$1 = number$1.length;
	let bit = 1;
	let sum = 0;
	while (length$1) {
		const value$1 = +number$1[--length$1];
		bit ^= 1;
		sum += bit ? [
			0,
			2,
			4,
			6,
			8,
			1,
			3,
			5,
			7,
			9
		][value$1] : value$1;
	}
	return sum % 10 === 0;
}

//#endregion
//#region src/utils/_isSameValueZero/_isSameValueZero.ts
/**
* Compares two values using the SameValueZero algorithm, which treats `NaN`
* as equal to itself unlike `===`.
*
* @param value1 The first value.
* @param value2 The second value.
*
* @returns Whether the values are equal.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isSameValueZero(value1, value2) {
	return value1 === value2 || Number.isNaN(value1) && Number.isNaN(value2);
}

//#endregion
//#region src/utils/_isValidObjectKey/_isValidObjectKey.ts
/**
* Disallows inherited object properties and prevents object prototype
* pollution by disallowing certain keys.
*
* @param object The object to check.
* @param key The key to check.
*
* @returns Whether the key is allowed.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isValidObjectKey(object$1, key) {
	return Object.prototype.hasOwnProperty.call(object$1, key) && key !== "__proto__" && key !== "prototype" && key !== "constructor";
}

//#endregion
//#region src/utils/_isValueMatch/_isValueMatch.ts
/**
* Checks whether a value matches a value action requirement.
*
* @param requirement The value action requirement.
* @param value The value to check.
*
* @returns Whether the value matches the requirement.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isValueMatch(requirement, value$1) {
	return Number.isNaN(requirement) && Number.isNaN(value$1) || requirement <= value$1 && requirement >= value$1;
}

//#endregion
//#region src/utils/_joinExpects/_joinExpects.ts
/**
* Joins multiple `expects` values with the given separator.
*
* @param values The `expects` values.
* @param separator The separator.
*
* @returns The joined `expects` property.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _joinExpects(values$1, separator) {
	const list = [...new Set(values$1)];
	if (list.length > 1) return `(${list.join(` ${separator} `)})`;
	return list[0] ?? "never";
}

//#endregion
//#region src/utils/_standardSchema/_standardSchema.ts
/**
* Eagerly creates and attaches the Standard Schema properties of a schema.
*
* Hint: The contextual `this` type includes the standard properties that are
* attached before the schema is returned.
*
* @param schema The schema to attach standard properties to.
*
* @returns The schema with standard properties attached.
*
* @internal
*/
function _standardSchema(schema) {
	schema["~standard"] = {
		version: 1,
		vendor: "valibot",
		validate: (value$1) => schema["~run"]({ value: value$1 }, /* @__PURE__ */ getGlobalConfig())
	};
	return schema;
}

//#endregion
//#region src/utils/entriesFromList/entriesFromList.ts
/**
* Creates an object entries definition from a list of keys and a schema.
*
* @param list A list of keys.
* @param schema The schema of the keys.
*
* @returns The object entries.
*/
/* @__NO_SIDE_EFFECTS__ */
function entriesFromList(list, schema) {
	const entries$1 = {};
	for (const key of list) entries$1[key] = schema;
	return entries$1;
}

//#endregion
//#region src/utils/entriesFromObjects/entriesFromObjects.ts
/* @__NO_SIDE_EFFECTS__ */
function entriesFromObjects(schemas) {
	const entries$1 = {};
	for (const schema of schemas) Object.assign(entries$1, schema.entries);
	return entries$1;
}

//#endregion
//#region src/utils/getDotPath/getDotPath.ts
/* @__NO_SIDE_EFFECTS__ */
function getDotPath(issue) {
	if (issue.path) {
		let key = "";
		for (const item of issue.path) if (typeof item.key === "string" || typeof item.key === "number") if (key) key += `.${item.key}`;
		else key += item.key;
		else return null;
		return key;
	}
	return null;
}

//#endregion
//#region src/utils/isOfKind/isOfKind.ts
/**
* A generic type guard to check the kind of an object.
*
* @param kind The kind to check for.
* @param object The object to check.
*
* @returns Whether it matches.
*/
/* @__NO_SIDE_EFFECTS__ */
function isOfKind(kind, object$1) {
	return object$1.kind === kind;
}

//#endregion
//#region src/utils/isOfType/isOfType.ts
/**
* A generic type guard to check the type of an object.
*
* @param type The type to check for.
* @param object The object to check.
*
* @returns Whether it matches.
*/
/* @__NO_SIDE_EFFECTS__ */
function isOfType(type, object$1) {
	return object$1.type === type;
}

//#endregion
//#region src/utils/ValiError/ValiError.ts
/**
* A Valibot error with useful information.
*/
var ValiError = class extends Error {
	/**
	* Creates a Valibot error with useful information.
	*
	* @param issues The error issues.
	*/
	constructor(issues) {
		super(issues[0].message);
		this.name = "ValiError";
		this.issues = issues;
	}
};

//#endregion
//#region src/utils/isValiError/isValiError.ts
/**
* A type guard to check if an error is a ValiError.
*
* @param error The error to check.
*
* @returns Whether its a ValiError.
*/
/* @__NO_SIDE_EFFECTS__ */
function isValiError(error) {
	return error instanceof ValiError;
}

//#endregion
//#region src/actions/args/args.ts
/* @__NO_SIDE_EFFECTS__ */
function args(schema) {
	return {
		kind: "transformation",
		type: "args",
		reference: args,
		async: false,
		schema,
		"~run"(dataset, config$1) {
			const func = dataset.value;
			dataset.value = (...args_) => {
				const argsDataset = this.schema["~run"]({ value: args_ }, config$1);
				if (argsDataset.issues) throw new ValiError(argsDataset.issues);
				return func(...argsDataset.value);
			};
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/args/argsAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function argsAsync(schema) {
	return {
		kind: "transformation",
		type: "args",
		reference: argsAsync,
		async: false,
		schema,
		"~run"(dataset, config$1) {
			const func = dataset.value;
			dataset.value = async (...args$1) => {
				const argsDataset = await schema["~run"]({ value: args$1 }, config$1);
				if (argsDataset.issues) throw new ValiError(argsDataset.issues);
				return func(...argsDataset.value);
			};
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/await/awaitAsync.ts
/**
* Creates an await transformation action.
*
* @returns An await action.
*/
/* @__NO_SIDE_EFFECTS__ */
function awaitAsync() {
	return {
		kind: "transformation",
		type: "await",
		reference: awaitAsync,
		async: true,
		async "~run"(dataset) {
			dataset.value = await dataset.value;
			return dataset;
		}
	};
}

//#endregion
//#region src/regex.ts
/**
* [Base64](https://en.wikipedia.org/wiki/Base64) regex.
*/
const BASE64_REGEX = /^(?:[\da-z+/]{4})*(?:[\da-z+/]{2}==|[\da-z+/]{3}=)?$/iu;
/**
* [BIC](https://en.wikipedia.org/wiki/ISO_9362) regex.
*/
const BIC_REGEX = /^[A-Z]{6}(?!00)[\dA-Z]{2}(?:[\dA-Z]{3})?$/u;
/**
* [Cuid2](https://github.com/paralleldrive/cuid2) regex.
*/
const CUID2_REGEX = /^[a-z][\da-z]*$/u;
/**
* [Decimal](https://en.wikipedia.org/wiki/Decimal) regex.
*/
const DECIMAL_REGEX = /^[+-]?(?:\d*\.)?\d+$/u;
/**
* [Digits](https://en.wikipedia.org/wiki/Numerical_digit) regex.
*/
const DIGITS_REGEX = /^\d+$/u;
/**
* [Domain name](https://en.wikipedia.org/wiki/Domain_name) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
* ASCII-only validation. Internationalized domain names (IDNs) are not
* supported, including Punycode-encoded labels.
*/
const DOMAIN_REGEX = /^(?=.{1,253}$)(?:(?![Xx][Nn]--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/u;
/**
* [Email address](https://en.wikipedia.org/wiki/Email_address) regex.
*
* Hint: We decided against the `i` flag to avoid matching non-ASCII characters.
*/
const EMAIL_REGEX = /^[\w+-]+(?:\.[\w+-]+)*@[\da-zA-Z]+(?:[.-][\da-zA-Z]+)*\.[a-zA-Z]{2,}$/u;
/**
* Emoji regex from [emoji-regex-xs](https://github.com/slevithan/emoji-regex-xs) v1.0.0 (MIT license).
*
* Hint: We decided against the newer `/^\p{RGI_Emoji}+$/v` regex because it is
* not supported in older runtimes and does not match all emoji.
*/
const EMOJI_REGEX = /^(?:[\u{1F1E6}-\u{1F1FF}]{2}|\u{1F3F4}[\u{E0061}-\u{E007A}]{2}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{1,3}\u{E007F}|(?:\p{Emoji}\uFE0F\u20E3?|\p{Emoji_Modifier_Base}\p{Emoji_Modifier}?|(?![\p{Emoji_Modifier_Base}\u{1F1E6}-\u{1F1FF}])\p{Emoji_Presentation})(?:\u200D(?:\p{Emoji}\uFE0F\u20E3?|\p{Emoji_Modifier_Base}\p{Emoji_Modifier}?|(?![\p{Emoji_Modifier_Base}\u{1F1E6}-\u{1F1FF}])\p{Emoji_Presentation}))*)+$/u;
/**
* [Hexadecimal](https://en.wikipedia.org/wiki/Hexadecimal) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const HEXADECIMAL_REGEX = /^(?:0[hx])?[\da-fA-F]+$/u;
/**
* [Hex color](https://en.wikipedia.org/wiki/Web_colors#Hex_triplet) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const HEX_COLOR_REGEX = /^#(?:[\da-fA-F]{3,4}|[\da-fA-F]{6}|[\da-fA-F]{8})$/u;
/**
* [IMEI](https://en.wikipedia.org/wiki/International_Mobile_Equipment_Identity) regex.
*/
const IMEI_REGEX = /^\d{15}$|^\d{2}-\d{6}-\d{6}-\d$/u;
/**
* [IPv4](https://en.wikipedia.org/wiki/IPv4) regex.
*/
const IPV4_REGEX = /^(?:(?:[1-9]|1\d|2[0-4])?\d|25[0-5])(?:\.(?:(?:[1-9]|1\d|2[0-4])?\d|25[0-5])){3}$/u;
/**
* [IPv6](https://en.wikipedia.org/wiki/IPv6) regex.
*/
const IPV6_REGEX = /^(?:(?:[\da-f]{1,4}:){7}[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,7}:|(?:[\da-f]{1,4}:){1,6}:[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,5}(?::[\da-f]{1,4}){1,2}|(?:[\da-f]{1,4}:){1,4}(?::[\da-f]{1,4}){1,3}|(?:[\da-f]{1,4}:){1,3}(?::[\da-f]{1,4}){1,4}|(?:[\da-f]{1,4}:){1,2}(?::[\da-f]{1,4}){1,5}|[\da-f]{1,4}:(?::[\da-f]{1,4}){1,6}|:(?:(?::[\da-f]{1,4}){1,7}|:)|fe80:(?::[\da-f]{0,4}){0,4}%[\da-z]+|::(?:f{4}(?::0{1,4})?:)?(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)\.){3}(?:25[0-5]|(?:2[0-4]|1?\d)?\d)|(?:[\da-f]{1,4}:){1,4}:(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)\.){3}(?:25[0-5]|(?:2[0-4]|1?\d)?\d))$/iu;
/**
* [IP](https://en.wikipedia.org/wiki/IP_address) regex.
*/
const IP_REGEX = /^(?:(?:[1-9]|1\d|2[0-4])?\d|25[0-5])(?:\.(?:(?:[1-9]|1\d|2[0-4])?\d|25[0-5])){3}$|^(?:(?:[\da-f]{1,4}:){7}[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,7}:|(?:[\da-f]{1,4}:){1,6}:[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,5}(?::[\da-f]{1,4}){1,2}|(?:[\da-f]{1,4}:){1,4}(?::[\da-f]{1,4}){1,3}|(?:[\da-f]{1,4}:){1,3}(?::[\da-f]{1,4}){1,4}|(?:[\da-f]{1,4}:){1,2}(?::[\da-f]{1,4}){1,5}|[\da-f]{1,4}:(?::[\da-f]{1,4}){1,6}|:(?:(?::[\da-f]{1,4}){1,7}|:)|fe80:(?::[\da-f]{0,4}){0,4}%[\da-z]+|::(?:f{4}(?::0{1,4})?:)?(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)\.){3}(?:25[0-5]|(?:2[0-4]|1?\d)?\d)|(?:[\da-f]{1,4}:){1,4}:(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)\.){3}(?:25[0-5]|(?:2[0-4]|1?\d)?\d))$/iu;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) date regex.
*/
const ISO_DATE_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) date-time regex.
*/
const ISO_DATE_TIME_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])[T ](?:0\d|1\d|2[0-3]):[0-5]\d$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) date-time with seconds regex.
*/
const ISO_DATE_TIME_SECOND_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])[T ](?:0\d|1\d|2[0-3])(?::[0-5]\d){2}$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) time regex.
*/
const ISO_TIME_REGEX = /^(?:0\d|1\d|2[0-3]):[0-5]\d$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) time with seconds regex.
*/
const ISO_TIME_SECOND_REGEX = /^(?:0\d|1\d|2[0-3])(?::[0-5]\d){2}$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) timestamp regex. Allows a
* space as a date/time separator and an optional space before the UTC offset.
*/
const ISO_TIMESTAMP_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])[T ](?:0\d|1\d|2[0-3])(?::[0-5]\d){2}(?:\.\d{1,9})?(?:Z| ?[+-](?:0\d|1\d|2[0-3])(?::?[0-5]\d)?)$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) week regex.
*/
const ISO_WEEK_REGEX = /^\d{4}-W(?:0[1-9]|[1-4]\d|5[0-3])$/u;
/**
* [JWS compact serialization](https://datatracker.ietf.org/doc/html/rfc7515#section-3.1)
* regex.
*
* Hint: Empty payload and signature segments are allowed because the
* Base64URL-encoded representation of an empty octet sequence is an empty
* string.
*/
const JWS_COMPACT_REGEX = /^(?:[\w-]{2,3}|(?:[\w-]{4})+(?:[\w-]{2,3})?)\.(?:[\w-]{2,3}|(?:[\w-]{4})+(?:[\w-]{2,3})?)?\.(?:[\w-]{2,3}|(?:[\w-]{4})+(?:[\w-]{2,3})?)?$/u;
/**
* [ISRC](https://en.wikipedia.org/wiki/International_Standard_Recording_Code) regex.
*/
const ISRC_REGEX = /^(?:[A-Z]{2}[A-Z\d]{3}\d{7}|[A-Z]{2}-[A-Z\d]{3}-\d{2}-\d{5})$/u;
/**
* [KSUID](https://github.com/segmentio/ksuid) regex.
*/
const KSUID_REGEX = /^[a-zA-Z0-9]{27}$/u;
/**
* [MAC](https://en.wikipedia.org/wiki/MAC_address) 48 bit regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const MAC48_REGEX = /^(?:[\da-fA-F]{2}:){5}[\da-fA-F]{2}$|^(?:[\da-fA-F]{2}-){5}[\da-fA-F]{2}$|^(?:[\da-fA-F]{4}\.){2}[\da-fA-F]{4}$/u;
/**
* [MAC](https://en.wikipedia.org/wiki/MAC_address) 64 bit regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const MAC64_REGEX = /^(?:[\da-fA-F]{2}:){7}[\da-fA-F]{2}$|^(?:[\da-fA-F]{2}-){7}[\da-fA-F]{2}$|^(?:[\da-fA-F]{4}\.){3}[\da-fA-F]{4}$|^(?:[\da-fA-F]{4}:){3}[\da-fA-F]{4}$/u;
/**
* [MAC](https://en.wikipedia.org/wiki/MAC_address) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const MAC_REGEX = /^(?:[\da-fA-F]{2}:){5}[\da-fA-F]{2}$|^(?:[\da-fA-F]{2}-){5}[\da-fA-F]{2}$|^(?:[\da-fA-F]{4}\.){2}[\da-fA-F]{4}$|^(?:[\da-fA-F]{2}:){7}[\da-fA-F]{2}$|^(?:[\da-fA-F]{2}-){7}[\da-fA-F]{2}$|^(?:[\da-fA-F]{4}\.){3}[\da-fA-F]{4}$|^(?:[\da-fA-F]{4}:){3}[\da-fA-F]{4}$/u;
/**
* [Nano ID](https://github.com/ai/nanoid) regex.
*/
const NANO_ID_REGEX = /^[\w-]+$/u;
/**
* [Octal](https://en.wikipedia.org/wiki/Octal) regex.
*/
const OCTAL_REGEX = /^(?:0o)?[0-7]+$/u;
/**
* [RFC 5322 email address](https://datatracker.ietf.org/doc/html/rfc5322#section-3.4.1) regex.
*
* Hint: This regex was taken from the [HTML Living Standard Specification](https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address) and does not perfectly represent RFC 5322.
*/
const RFC_EMAIL_REGEX = /^[a-zA-Z0-9.!#$%&'*+\/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
/**
* [Slug](https://en.wikipedia.org/wiki/Clean_URL#Slug) regex.
*/
const SLUG_REGEX = /^[\da-z]+(?:[-_][\da-z]+)*$/u;
/**
* [ULID](https://github.com/ulid/spec) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
* Hint: The first character is restricted to `[0-7]` because the 48-bit
* timestamp cannot exceed 2^48-1, making the maximum valid ULID
* `7ZZZZZZZZZZZZZZZZZZZZZZZZZ` in Crockford's Base32 encoding.
*/
const ULID_REGEX = /^[0-7][\da-hjkmnp-tv-zA-HJKMNP-TV-Z]{25}$/u;
/**
* [UUID](https://en.wikipedia.org/wiki/Universally_unique_identifier) regex.
*/
const UUID_REGEX = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

//#endregion
//#region src/actions/base64/base64.ts
/* @__NO_SIDE_EFFECTS__ */
function base64(message$1) {
	return {
		kind: "validation",
		type: "base64",
		reference: base64,
		async: false,
		expects: null,
		requirement: BASE64_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "Base64", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/bic/bic.ts
/* @__NO_SIDE_EFFECTS__ */
function bic(message$1) {
	return {
		kind: "validation",
		type: "bic",
		reference: bic,
		async: false,
		expects: null,
		requirement: BIC_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "BIC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/brand/brand.ts
/**
* Creates a brand transformation action.
*
* @param name The brand name.
*
* @returns A brand action.
*/
/* @__NO_SIDE_EFFECTS__ */
function brand(name) {
	return {
		kind: "transformation",
		type: "brand",
		reference: brand,
		async: false,
		name,
		"~run"(dataset) {
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/bytes/bytes.ts
/* @__NO_SIDE_EFFECTS__ */
function bytes(requirement, message$1) {
	return {
		kind: "validation",
		type: "bytes",
		reference: bytes,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const length$1 = /* @__PURE__ */ _getByteCount(dataset.value);
				if (length$1 !== this.requirement) _addIssue(this, "bytes", dataset, config$1, { received: `${length$1}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/check/check.ts
/* @__NO_SIDE_EFFECTS__ */
function check(requirement, message$1) {
	return {
		kind: "validation",
		type: "check",
		reference: check,
		async: false,
		expects: null,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/check/checkAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function checkAsync(requirement, message$1) {
	return {
		kind: "validation",
		type: "check",
		reference: checkAsync,
		async: true,
		expects: null,
		requirement,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (dataset.typed && !await this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/checkItems/checkItems.ts
/* @__NO_SIDE_EFFECTS__ */
function checkItems(requirement, message$1) {
	return {
		kind: "validation",
		type: "check_items",
		reference: checkItems,
		async: false,
		expects: null,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) for (let index = 0; index < dataset.value.length; index++) {
				const item = dataset.value[index];
				if (!this.requirement(item, index, dataset.value)) _addIssue(this, "item", dataset, config$1, {
					input: item,
					path: [{
						type: "array",
						origin: "value",
						input: dataset.value,
						key: index,
						value: item
					}]
				});
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/checkItems/checkItemsAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function checkItemsAsync(requirement, message$1) {
	return {
		kind: "validation",
		type: "check_items",
		reference: checkItemsAsync,
		async: true,
		expects: null,
		requirement,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (dataset.typed) {
				const requirementResults = await Promise.all(dataset.value.map(this.requirement));
				for (let index = 0; index < dataset.value.length; index++) if (!requirementResults[index]) {
					const item = dataset.value[index];
					_addIssue(this, "item", dataset, config$1, {
						input: item,
						path: [{
							type: "array",
							origin: "value",
							input: dataset.value,
							key: index,
							value: item
						}]
					});
				}
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/codePoints/codePoints.ts
/* @__NO_SIDE_EFFECTS__ */
function codePoints(requirement, message$1) {
	return {
		kind: "validation",
		type: "code_points",
		reference: codePoints,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getCodePointCount(dataset.value);
				if (count !== this.requirement) _addIssue(this, "code points", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/creditCard/creditCard.ts
/**
* Credit card regex.
*/
const CREDIT_CARD_REGEX = /^(?:\d{13,19}|\d{4}(?: \d{3,6}){2,4}|\d{4}(?:-\d{3,6}){2,4})$/u;
/**
* Sanitize regex.
*/
const SANITIZE_REGEX = /[- ]/gu;
/**
* Provider regex list.
*/
const PROVIDER_REGEX_LIST = (/* unused pure expression or super */ null && ([
	/^3[47]\d{13}$/u,
	/^3(?:0[0-5]|[68]\d)\d{11,13}$/u,
	/^6(?:011|5\d{2})\d{12,15}$/u,
	/^(?:2131|1800|35\d{3})\d{11}$/u,
	/^(?:5[1-5]\d{2}|222\d|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}$/u,
	/^(?:6[27]\d{14,17}|81\d{14,17})$/u,
	/^4\d{12}(?:\d{3,6})?$/u
]));
/* @__NO_SIDE_EFFECTS__ */
function creditCard(message$1) {
	return {
		kind: "validation",
		type: "credit_card",
		reference: creditCard,
		async: false,
		expects: null,
		requirement(input) {
			let sanitized;
			return CREDIT_CARD_REGEX.test(input) && (sanitized = input.replace(SANITIZE_REGEX, "")) && PROVIDER_REGEX_LIST.some((regex$1) => regex$1.test(sanitized)) && /* @__PURE__ */ _isLuhnAlgo(sanitized);
		},
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "credit card", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/cuid2/cuid2.ts
/* @__NO_SIDE_EFFECTS__ */
function cuid2(message$1) {
	return {
		kind: "validation",
		type: "cuid2",
		reference: cuid2,
		async: false,
		expects: null,
		requirement: CUID2_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "Cuid2", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/decimal/decimal.ts
/* @__NO_SIDE_EFFECTS__ */
function decimal(message$1) {
	return {
		kind: "validation",
		type: "decimal",
		reference: decimal,
		async: false,
		expects: null,
		requirement: DECIMAL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "decimal", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/description/description.ts
/**
* Creates a description metadata action.
*
* @param description_ The description text.
*
* @returns A description action.
*/
/* @__NO_SIDE_EFFECTS__ */
function description(description_) {
	return {
		kind: "metadata",
		type: "description",
		reference: description,
		description: description_
	};
}

//#endregion
//#region src/actions/digits/digits.ts
/* @__NO_SIDE_EFFECTS__ */
function digits(message$1) {
	return {
		kind: "validation",
		type: "digits",
		reference: digits,
		async: false,
		expects: null,
		requirement: DIGITS_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "digits", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/domain/domain.ts
/* @__NO_SIDE_EFFECTS__ */
function domain(message$1) {
	return {
		kind: "validation",
		type: "domain",
		reference: domain,
		expects: null,
		async: false,
		requirement: DOMAIN_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "domain", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/email/email.ts
/* @__NO_SIDE_EFFECTS__ */
function email(message$1) {
	return {
		kind: "validation",
		type: "email",
		reference: email,
		expects: null,
		async: false,
		requirement: EMAIL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "email", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/emoji/emoji.ts
/* @__NO_SIDE_EFFECTS__ */
function emoji(message$1) {
	return {
		kind: "validation",
		type: "emoji",
		reference: emoji,
		async: false,
		expects: null,
		requirement: EMOJI_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "emoji", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/empty/empty.ts
/* @__NO_SIDE_EFFECTS__ */
function empty(message$1) {
	return {
		kind: "validation",
		type: "empty",
		reference: empty,
		async: false,
		expects: "0",
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length > 0) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/endsWith/endsWith.ts
/* @__NO_SIDE_EFFECTS__ */
function endsWith(requirement, message$1) {
	return {
		kind: "validation",
		type: "ends_with",
		reference: endsWith,
		async: false,
		expects: `"${requirement}"`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.endsWith(this.requirement)) _addIssue(this, "end", dataset, config$1, { received: `"${dataset.value.slice(-this.requirement.length)}"` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/entries/entries.ts
/* @__NO_SIDE_EFFECTS__ */
function entries(requirement, message$1) {
	return {
		kind: "validation",
		type: "entries",
		reference: entries,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count !== this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/everyItem/everyItem.ts
/* @__NO_SIDE_EFFECTS__ */
function everyItem(requirement, message$1) {
	return {
		kind: "validation",
		type: "every_item",
		reference: everyItem,
		async: false,
		expects: null,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.every(this.requirement)) _addIssue(this, "item", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/examples/examples.ts
/**
* Creates an examples metadata action.
*
* @param examples_ The examples.
*
* @returns An examples action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function examples(examples_) {
	return {
		kind: "metadata",
		type: "examples",
		reference: examples,
		examples: examples_
	};
}

//#endregion
//#region src/actions/excludes/excludes.ts
/* @__NO_SIDE_EFFECTS__ */
function excludes(requirement, message$1) {
	const received = /* @__PURE__ */ _stringify(requirement);
	return {
		kind: "validation",
		type: "excludes",
		reference: excludes,
		async: false,
		expects: `!${received}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.includes(this.requirement)) _addIssue(this, "content", dataset, config$1, { received });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/filterItems/filterItems.ts
/* @__NO_SIDE_EFFECTS__ */
function filterItems(operation) {
	return {
		kind: "transformation",
		type: "filter_items",
		reference: filterItems,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = dataset.value.filter(this.operation);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/findItem/findItem.ts
/* @__NO_SIDE_EFFECTS__ */
function findItem(operation) {
	return {
		kind: "transformation",
		type: "find_item",
		reference: findItem,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = dataset.value.find(this.operation);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/finite/finite.ts
/* @__NO_SIDE_EFFECTS__ */
function finite(message$1) {
	return {
		kind: "validation",
		type: "finite",
		reference: finite,
		async: false,
		expects: null,
		requirement: Number.isFinite,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "finite", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/flavor/flavor.ts
/**
* Creates a flavor transformation action.
*
* @param name The flavor name.
*
* @returns A flavor action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function flavor(name) {
	return {
		kind: "transformation",
		type: "flavor",
		reference: flavor,
		async: false,
		name,
		"~run"(dataset) {
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/graphemes/graphemes.ts
/* @__NO_SIDE_EFFECTS__ */
function graphemes(requirement, message$1) {
	return {
		kind: "validation",
		type: "graphemes",
		reference: graphemes,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getGraphemeCount(dataset.value);
				if (count !== this.requirement) _addIssue(this, "graphemes", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/gtValue/gtValue.ts
/* @__NO_SIDE_EFFECTS__ */
function gtValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "gt_value",
		reference: gtValue,
		async: false,
		expects: `>${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value > this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/guard/guard.ts
/* @__NO_SIDE_EFFECTS__ */
function guard(requirement, message$1) {
	return {
		kind: "transformation",
		type: "guard",
		reference: guard,
		async: false,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) {
				_addIssue(this, "input", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/hash/hash.ts
/**
* Hash lengths object.
*/
const HASH_LENGTHS = {
	md4: 32,
	md5: 32,
	sha1: 40,
	sha256: 64,
	sha384: 96,
	sha512: 128,
	ripemd128: 32,
	ripemd160: 40,
	tiger128: 32,
	tiger160: 40,
	tiger192: 48,
	crc32: 8,
	crc32b: 8,
	adler32: 8
};
/* @__NO_SIDE_EFFECTS__ */
function hash(types, message$1) {
	return {
		kind: "validation",
		type: "hash",
		reference: hash,
		expects: null,
		async: false,
		requirement: RegExp(types.map((type) => `^[a-fA-F0-9]{${HASH_LENGTHS[type]}}$`).join("|"), "u"),
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "hash", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/hexadecimal/hexadecimal.ts
/* @__NO_SIDE_EFFECTS__ */
function hexadecimal(message$1) {
	return {
		kind: "validation",
		type: "hexadecimal",
		reference: hexadecimal,
		async: false,
		expects: null,
		requirement: HEXADECIMAL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "hexadecimal", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/hexColor/hexColor.ts
/* @__NO_SIDE_EFFECTS__ */
function hexColor(message$1) {
	return {
		kind: "validation",
		type: "hex_color",
		reference: hexColor,
		async: false,
		expects: null,
		requirement: HEX_COLOR_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "hex color", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/imei/imei.ts
/* @__NO_SIDE_EFFECTS__ */
function imei(message$1) {
	return {
		kind: "validation",
		type: "imei",
		reference: imei,
		async: false,
		expects: null,
		requirement(input) {
			return IMEI_REGEX.test(input) && /* @__PURE__ */ _isLuhnAlgo(input);
		},
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "IMEI", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/includes/includes.ts
/* @__NO_SIDE_EFFECTS__ */
function includes(requirement, message$1) {
	const expects = /* @__PURE__ */ _stringify(requirement);
	return {
		kind: "validation",
		type: "includes",
		reference: includes,
		async: false,
		expects,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.includes(this.requirement)) _addIssue(this, "content", dataset, config$1, { received: `!${expects}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/integer/integer.ts
/* @__NO_SIDE_EFFECTS__ */
function integer(message$1) {
	return {
		kind: "validation",
		type: "integer",
		reference: integer,
		async: false,
		expects: null,
		requirement: Number.isInteger,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "integer", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ip/ip.ts
/* @__NO_SIDE_EFFECTS__ */
function ip(message$1) {
	return {
		kind: "validation",
		type: "ip",
		reference: ip,
		async: false,
		expects: null,
		requirement: IP_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "IP", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ipv4/ipv4.ts
/* @__NO_SIDE_EFFECTS__ */
function ipv4(message$1) {
	return {
		kind: "validation",
		type: "ipv4",
		reference: ipv4,
		async: false,
		expects: null,
		requirement: IPV4_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "IPv4", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ipv6/ipv6.ts
/* @__NO_SIDE_EFFECTS__ */
function ipv6(message$1) {
	return {
		kind: "validation",
		type: "ipv6",
		reference: ipv6,
		async: false,
		expects: null,
		requirement: IPV6_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "IPv6", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isbn/utils/_isIsbn10.ts
/**
* [Validates an ISBN-10](https://en.wikipedia.org/wiki/ISBN#ISBN-10_check_digits).
*
* @param input The input value.
*
* @returns `true` if the input is a valid ISBN-10, `false` otherwise.
*
* @internal
*/
function _isIsbn10(input) {
	const digits$1 = input.split("").map((c) => c === "X" ? 10 : parseInt(c));
	let sum = 0;
	for (let i = 0; i < 10; i++) sum += digits$1[i] * (10 - i);
	return sum % 11 === 0;
}

//#endregion
//#region src/actions/isbn/utils/_isIsbn13.ts
/**
* [Validates an ISBN-13](https://en.wikipedia.org/wiki/ISBN#ISBN-13_check_digit_calculation).
*
* @param input The input value.
*
* @returns `true` if the input is a valid ISBN-13, `false` otherwise.
*
* @internal
*/
function _isIsbn13(input) {
	const digits$1 = input.split("").map((c) => parseInt(c));
	let sum = 0;
	for (let i = 0; i < 13; i++) sum += digits$1[i] * (i % 2 === 0 ? 1 : 3);
	return sum % 10 === 0;
}

//#endregion
//#region src/actions/isbn/isbn.ts
/**
* ISBN separator regex.
*/
const ISBN_SEPARATOR_REGEX = /[- ]/gu;
/**
* ISBN-10 detection regex.
*/
const ISBN_10_DETECTION_REGEX = /^\d{9}[\dX]$/u;
/**
* ISBN-13 detection regex.
*/
const ISBN_13_DETECTION_REGEX = /^\d{13}$/u;
/* @__NO_SIDE_EFFECTS__ */
function isbn(message$1) {
	return {
		kind: "validation",
		type: "isbn",
		reference: isbn,
		async: false,
		expects: null,
		requirement(input) {
			const replacedInput = input.replace(ISBN_SEPARATOR_REGEX, "");
			if (ISBN_10_DETECTION_REGEX.test(replacedInput)) return _isIsbn10(replacedInput);
			else if (ISBN_13_DETECTION_REGEX.test(replacedInput)) return _isIsbn13(replacedInput);
			return false;
		},
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "ISBN", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isrc/isrc.ts
/* @__NO_SIDE_EFFECTS__ */
function isrc(message$1) {
	return {
		kind: "validation",
		type: "isrc",
		reference: isrc,
		async: false,
		expects: null,
		requirement: ISRC_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "ISRC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoDate/isoDate.ts
/* @__NO_SIDE_EFFECTS__ */
function isoDate(message$1) {
	return {
		kind: "validation",
		type: "iso_date",
		reference: isoDate,
		async: false,
		expects: null,
		requirement: ISO_DATE_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "date", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoDateTime/isoDateTime.ts
/* @__NO_SIDE_EFFECTS__ */
function isoDateTime(message$1) {
	return {
		kind: "validation",
		type: "iso_date_time",
		reference: isoDateTime,
		async: false,
		expects: null,
		requirement: ISO_DATE_TIME_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "date-time", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoDateTimeSecond/isoDateTimeSecond.ts
/* @__NO_SIDE_EFFECTS__ */
function isoDateTimeSecond(message$1) {
	return {
		kind: "validation",
		type: "iso_date_time_second",
		reference: isoDateTimeSecond,
		async: false,
		expects: null,
		requirement: ISO_DATE_TIME_SECOND_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "date-time-second", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoTime/isoTime.ts
/* @__NO_SIDE_EFFECTS__ */
function isoTime(message$1) {
	return {
		kind: "validation",
		type: "iso_time",
		reference: isoTime,
		async: false,
		expects: null,
		requirement: ISO_TIME_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "time", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoTimeSecond/isoTimeSecond.ts
/* @__NO_SIDE_EFFECTS__ */
function isoTimeSecond(message$1) {
	return {
		kind: "validation",
		type: "iso_time_second",
		reference: isoTimeSecond,
		async: false,
		expects: null,
		requirement: ISO_TIME_SECOND_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "time-second", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoTimestamp/isoTimestamp.ts
/* @__NO_SIDE_EFFECTS__ */
function isoTimestamp(message$1) {
	return {
		kind: "validation",
		type: "iso_timestamp",
		reference: isoTimestamp,
		async: false,
		expects: null,
		requirement: ISO_TIMESTAMP_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "timestamp", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoWeek/isoWeek.ts
/* @__NO_SIDE_EFFECTS__ */
function isoWeek(message$1) {
	return {
		kind: "validation",
		type: "iso_week",
		reference: isoWeek,
		async: false,
		expects: null,
		requirement: ISO_WEEK_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "week", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/jwsCompact/jwsCompact.ts
/* @__NO_SIDE_EFFECTS__ */
function jwsCompact(message$1) {
	return {
		kind: "validation",
		type: "jws_compact",
		reference: jwsCompact,
		async: false,
		expects: null,
		requirement: JWS_COMPACT_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "JWS compact", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ksuid/ksuid.ts
/* @__NO_SIDE_EFFECTS__ */
function ksuid(message$1) {
	return {
		kind: "validation",
		type: "ksuid",
		reference: ksuid,
		async: false,
		expects: null,
		requirement: KSUID_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "KSUID", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/length/length.ts
/* @__NO_SIDE_EFFECTS__ */
function dist_length(requirement, message$1) {
	return {
		kind: "validation",
		type: "length",
		reference: dist_length,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length !== this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ltValue/ltValue.ts
/* @__NO_SIDE_EFFECTS__ */
function ltValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "lt_value",
		reference: ltValue,
		async: false,
		expects: `<${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value < this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/mac/mac.ts
/* @__NO_SIDE_EFFECTS__ */
function mac(message$1) {
	return {
		kind: "validation",
		type: "mac",
		reference: mac,
		async: false,
		expects: null,
		requirement: MAC_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "MAC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/mac48/mac48.ts
/* @__NO_SIDE_EFFECTS__ */
function mac48(message$1) {
	return {
		kind: "validation",
		type: "mac48",
		reference: mac48,
		async: false,
		expects: null,
		requirement: MAC48_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "48-bit MAC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/mac64/mac64.ts
/* @__NO_SIDE_EFFECTS__ */
function mac64(message$1) {
	return {
		kind: "validation",
		type: "mac64",
		reference: mac64,
		async: false,
		expects: null,
		requirement: MAC64_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "64-bit MAC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/mapItems/mapItems.ts
/* @__NO_SIDE_EFFECTS__ */
function mapItems(operation) {
	return {
		kind: "transformation",
		type: "map_items",
		reference: mapItems,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = dataset.value.map(this.operation);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxBytes/maxBytes.ts
/* @__NO_SIDE_EFFECTS__ */
function maxBytes(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_bytes",
		reference: maxBytes,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const length$1 = /* @__PURE__ */ _getByteCount(dataset.value);
				if (length$1 > this.requirement) _addIssue(this, "bytes", dataset, config$1, { received: `${length$1}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxCodePoints/maxCodePoints.ts
/* @__NO_SIDE_EFFECTS__ */
function maxCodePoints(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_code_points",
		reference: maxCodePoints,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getCodePointCount(dataset.value);
				if (count > this.requirement) _addIssue(this, "code points", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxEntries/maxEntries.ts
/* @__NO_SIDE_EFFECTS__ */
function maxEntries(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_entries",
		reference: maxEntries,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count > this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxGraphemes/maxGraphemes.ts
/* @__NO_SIDE_EFFECTS__ */
function maxGraphemes(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_graphemes",
		reference: maxGraphemes,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getGraphemeCount(dataset.value);
				if (count > this.requirement) _addIssue(this, "graphemes", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxLength/maxLength.ts
/* @__NO_SIDE_EFFECTS__ */
function maxLength(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_length",
		reference: maxLength,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length > this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxSize/maxSize.ts
/* @__NO_SIDE_EFFECTS__ */
function maxSize(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_size",
		reference: maxSize,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.size > this.requirement) _addIssue(this, "size", dataset, config$1, { received: `${dataset.value.size}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxValue/maxValue.ts
/* @__NO_SIDE_EFFECTS__ */
function maxValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_value",
		reference: maxValue,
		async: false,
		expects: `<=${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value <= this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxWords/maxWords.ts
/* @__NO_SIDE_EFFECTS__ */
function maxWords(locales, requirement, message$1) {
	return {
		kind: "validation",
		type: "max_words",
		reference: maxWords,
		async: false,
		expects: `<=${requirement}`,
		locales,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getWordCount(this.locales, dataset.value);
				if (count > this.requirement) _addIssue(this, "words", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/metadata/metadata.ts
/**
* Creates a custom metadata action.
*
* @param metadata_ The metadata object.
*
* @returns A metadata action.
*/
/* @__NO_SIDE_EFFECTS__ */
function metadata(metadata_) {
	return {
		kind: "metadata",
		type: "metadata",
		reference: metadata,
		metadata: metadata_
	};
}

//#endregion
//#region src/actions/mimeType/mimeType.ts
/* @__NO_SIDE_EFFECTS__ */
function mimeType(requirement, message$1) {
	return {
		kind: "validation",
		type: "mime_type",
		reference: mimeType,
		async: false,
		expects: /* @__PURE__ */ _joinExpects(requirement.map((option) => `"${option}"`), "|"),
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.includes(dataset.value.type)) _addIssue(this, "MIME type", dataset, config$1, { received: `"${dataset.value.type}"` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minBytes/minBytes.ts
/* @__NO_SIDE_EFFECTS__ */
function minBytes(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_bytes",
		reference: minBytes,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const length$1 = /* @__PURE__ */ _getByteCount(dataset.value);
				if (length$1 < this.requirement) _addIssue(this, "bytes", dataset, config$1, { received: `${length$1}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minCodePoints/minCodePoints.ts
/* @__NO_SIDE_EFFECTS__ */
function minCodePoints(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_code_points",
		reference: minCodePoints,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getCodePointCount(dataset.value);
				if (count < this.requirement) _addIssue(this, "code points", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minEntries/minEntries.ts
/* @__NO_SIDE_EFFECTS__ */
function minEntries(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_entries",
		reference: minEntries,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count < this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minGraphemes/minGraphemes.ts
/* @__NO_SIDE_EFFECTS__ */
function minGraphemes(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_graphemes",
		reference: minGraphemes,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getGraphemeCount(dataset.value);
				if (count < this.requirement) _addIssue(this, "graphemes", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minLength/minLength.ts
/* @__NO_SIDE_EFFECTS__ */
function minLength(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_length",
		reference: minLength,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length < this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minSize/minSize.ts
/* @__NO_SIDE_EFFECTS__ */
function minSize(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_size",
		reference: minSize,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.size < this.requirement) _addIssue(this, "size", dataset, config$1, { received: `${dataset.value.size}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minValue/minValue.ts
/* @__NO_SIDE_EFFECTS__ */
function minValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_value",
		reference: minValue,
		async: false,
		expects: `>=${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value >= this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minWords/minWords.ts
/* @__NO_SIDE_EFFECTS__ */
function minWords(locales, requirement, message$1) {
	return {
		kind: "validation",
		type: "min_words",
		reference: minWords,
		async: false,
		expects: `>=${requirement}`,
		locales,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getWordCount(this.locales, dataset.value);
				if (count < this.requirement) _addIssue(this, "words", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/multipleOf/multipleOf.ts
/* @__NO_SIDE_EFFECTS__ */
function multipleOf(requirement, message$1) {
	return {
		kind: "validation",
		type: "multiple_of",
		reference: multipleOf,
		async: false,
		expects: `%${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value % this.requirement != 0) _addIssue(this, "multiple", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/nanoid/nanoid.ts
/* @__NO_SIDE_EFFECTS__ */
function nanoid(message$1) {
	return {
		kind: "validation",
		type: "nanoid",
		reference: nanoid,
		async: false,
		expects: null,
		requirement: NANO_ID_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "Nano ID", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/nonEmpty/nonEmpty.ts
/* @__NO_SIDE_EFFECTS__ */
function nonEmpty(message$1) {
	return {
		kind: "validation",
		type: "non_empty",
		reference: nonEmpty,
		async: false,
		expects: "!0",
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length === 0) _addIssue(this, "length", dataset, config$1, { received: "0" });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/normalize/normalize.ts
/* @__NO_SIDE_EFFECTS__ */
function normalize(form) {
	return {
		kind: "transformation",
		type: "normalize",
		reference: normalize,
		async: false,
		form,
		"~run"(dataset) {
			dataset.value = dataset.value.normalize(this.form);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notBytes/notBytes.ts
/* @__NO_SIDE_EFFECTS__ */
function notBytes(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_bytes",
		reference: notBytes,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const length$1 = /* @__PURE__ */ _getByteCount(dataset.value);
				if (length$1 === this.requirement) _addIssue(this, "bytes", dataset, config$1, { received: `${length$1}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notCodePoints/notCodePoints.ts
/* @__NO_SIDE_EFFECTS__ */
function notCodePoints(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_code_points",
		reference: notCodePoints,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getCodePointCount(dataset.value);
				if (count === this.requirement) _addIssue(this, "code points", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notEntries/notEntries.ts
/* @__NO_SIDE_EFFECTS__ */
function notEntries(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_entries",
		reference: notEntries,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count === this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notGraphemes/notGraphemes.ts
/* @__NO_SIDE_EFFECTS__ */
function notGraphemes(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_graphemes",
		reference: notGraphemes,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getGraphemeCount(dataset.value);
				if (count === this.requirement) _addIssue(this, "graphemes", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notLength/notLength.ts
/* @__NO_SIDE_EFFECTS__ */
function notLength(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_length",
		reference: notLength,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length === this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notSize/notSize.ts
/* @__NO_SIDE_EFFECTS__ */
function notSize(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_size",
		reference: notSize,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.size === this.requirement) _addIssue(this, "size", dataset, config$1, { received: `${dataset.value.size}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notValue/notValue.ts
/* @__NO_SIDE_EFFECTS__ */
function notValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_value",
		reference: notValue,
		async: false,
		expects: requirement instanceof Date ? `!${requirement.toJSON()}` : `!${/* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && /* @__PURE__ */ _isValueMatch(this.requirement, dataset.value)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notValues/notValues.ts
/* @__NO_SIDE_EFFECTS__ */
function notValues(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_values",
		reference: notValues,
		async: false,
		expects: `!${/* @__PURE__ */ _joinExpects(requirement.map((value$1) => value$1 instanceof Date ? value$1.toJSON() : /* @__PURE__ */ _stringify(value$1)), "|")}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && this.requirement.some((requirement$1) => /* @__PURE__ */ _isValueMatch(requirement$1, dataset.value))) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notWords/notWords.ts
/* @__NO_SIDE_EFFECTS__ */
function notWords(locales, requirement, message$1) {
	return {
		kind: "validation",
		type: "not_words",
		reference: notWords,
		async: false,
		expects: `!${requirement}`,
		locales,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getWordCount(this.locales, dataset.value);
				if (count === this.requirement) _addIssue(this, "words", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/octal/octal.ts
/* @__NO_SIDE_EFFECTS__ */
function octal(message$1) {
	return {
		kind: "validation",
		type: "octal",
		reference: octal,
		async: false,
		expects: null,
		requirement: OCTAL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "octal", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/parseBoolean/parseBoolean.ts
const TRUTHY = (/* unused pure expression or super */ null && ([
	true,
	1,
	"true",
	"1",
	"yes",
	"y",
	"on",
	"enabled"
]));
const FALSY = (/* unused pure expression or super */ null && ([
	false,
	0,
	"false",
	"0",
	"no",
	"n",
	"off",
	"disabled"
]));
/* @__NO_SIDE_EFFECTS__ */
function parseBoolean(config$1, message$1) {
	const normalize$1 = (v) => typeof v === "string" ? v.toLowerCase() : v;
	const truthyRaw = config$1?.truthy ?? TRUTHY;
	const falsyRaw = config$1?.falsy ?? FALSY;
	const truthy = config$1?.truthy ? config$1.truthy.map(normalize$1) : TRUTHY;
	const falsy = config$1?.falsy ? config$1.falsy.map(normalize$1) : FALSY;
	return {
		kind: "transformation",
		type: "parse_boolean",
		reference: parseBoolean,
		expects: /* @__PURE__ */ _joinExpects([...truthyRaw, ...falsyRaw].map(_stringify), "|"),
		config: config$1,
		message: message$1,
		async: false,
		"~run"(dataset, config$2) {
			const input = normalize$1(dataset.value);
			if (truthy.includes(input)) dataset.value = true;
			else if (falsy.includes(input)) dataset.value = false;
			else {
				_addIssue(this, "boolean", dataset, config$2);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/parseJson/parseJson.ts
/* @__NO_SIDE_EFFECTS__ */
function parseJson(config$1, message$1) {
	return {
		kind: "transformation",
		type: "parse_json",
		reference: parseJson,
		config: config$1,
		message: message$1,
		async: false,
		"~run"(dataset, config$2) {
			try {
				dataset.value = JSON.parse(dataset.value, this.config?.reviver);
			} catch (error) {
				if (error instanceof Error) {
					_addIssue(this, "JSON", dataset, config$2, { received: `"${error.message}"` });
					dataset.typed = false;
				} else throw error;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/partialCheck/utils/_isPartiallyTyped/_isPartiallyTyped.ts
/**
* Checks if a dataset is partially typed.
*
* @param dataset The dataset to check.
* @param paths The paths to check.
*
* @returns Whether it is partially typed.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isPartiallyTyped(dataset, paths) {
	if (dataset.issues) for (const path of paths) for (const issue of dataset.issues) {
		let typed = false;
		const bound = Math.min(path.length, issue.path?.length ?? 0);
		for (let index = 0; index < bound; index++) if (path[index] !== issue.path[index].key && (path[index] !== "$" || issue.path[index].type !== "array")) {
			typed = true;
			break;
		}
		if (!typed) return false;
	}
	return true;
}

//#endregion
//#region src/actions/partialCheck/partialCheck.ts
/* @__NO_SIDE_EFFECTS__ */
function partialCheck(paths, requirement, message$1) {
	return {
		kind: "validation",
		type: "partial_check",
		reference: partialCheck,
		async: false,
		expects: null,
		paths,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if ((dataset.typed || /* @__PURE__ */ _isPartiallyTyped(dataset, paths)) && !this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/partialCheck/partialCheckAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function partialCheckAsync(paths, requirement, message$1) {
	return {
		kind: "validation",
		type: "partial_check",
		reference: partialCheckAsync,
		async: true,
		expects: null,
		paths,
		requirement,
		message: message$1,
		async "~run"(dataset, config$1) {
			if ((dataset.typed || /* @__PURE__ */ _isPartiallyTyped(dataset, paths)) && !await this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rawCheck/rawCheck.ts
/**
* Creates a raw check validation action.
*
* @param action The validation action.
*
* @returns A raw check action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawCheck(action) {
	return {
		kind: "validation",
		type: "raw_check",
		reference: rawCheck,
		async: false,
		expects: null,
		"~run"(dataset, config$1) {
			action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info)
			});
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rawCheck/rawCheckAsync.ts
/**
* Creates a raw check validation action.
*
* @param action The validation action.
*
* @returns A raw check action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawCheckAsync(action) {
	return {
		kind: "validation",
		type: "raw_check",
		reference: rawCheckAsync,
		async: true,
		expects: null,
		async "~run"(dataset, config$1) {
			await action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info)
			});
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rawTransform/rawTransform.ts
/**
* Creates a raw transformation action.
*
* @param action The transformation action.
*
* @returns A raw transform action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawTransform(action) {
	return {
		kind: "transformation",
		type: "raw_transform",
		reference: rawTransform,
		async: false,
		"~run"(dataset, config$1) {
			const output = action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info),
				NEVER: null
			});
			if (dataset.issues) dataset.typed = false;
			else dataset.value = output;
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rawTransform/rawTransformAsync.ts
/**
* Creates a raw transformation action.
*
* @param action The transformation action.
*
* @returns A raw transform action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawTransformAsync(action) {
	return {
		kind: "transformation",
		type: "raw_transform",
		reference: rawTransformAsync,
		async: true,
		async "~run"(dataset, config$1) {
			const output = await action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info),
				NEVER: null
			});
			if (dataset.issues) dataset.typed = false;
			else dataset.value = output;
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/readonly/readonly.ts
/* @__NO_SIDE_EFFECTS__ */
function readonly() {
	return {
		kind: "transformation",
		type: "readonly",
		reference: readonly,
		async: false,
		"~run"(dataset) {
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/reduceItems/reduceItems.ts
/* @__NO_SIDE_EFFECTS__ */
function reduceItems(operation, initial) {
	return {
		kind: "transformation",
		type: "reduce_items",
		reference: reduceItems,
		async: false,
		operation,
		initial,
		"~run"(dataset) {
			dataset.value = dataset.value.reduce(this.operation, this.initial);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/regex/regex.ts
/* @__NO_SIDE_EFFECTS__ */
function regex(requirement, message$1) {
	return {
		kind: "validation",
		type: "regex",
		reference: regex,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "format", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/returns/returns.ts
/* @__NO_SIDE_EFFECTS__ */
function returns(schema) {
	return {
		kind: "transformation",
		type: "returns",
		reference: returns,
		async: false,
		schema,
		"~run"(dataset, config$1) {
			const func = dataset.value;
			dataset.value = (...args_) => {
				const returnsDataset = this.schema["~run"]({ value: func(...args_) }, config$1);
				if (returnsDataset.issues) throw new ValiError(returnsDataset.issues);
				return returnsDataset.value;
			};
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/returns/returnsAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function returnsAsync(schema) {
	return {
		kind: "transformation",
		type: "returns",
		reference: returnsAsync,
		async: false,
		schema,
		"~run"(dataset, config$1) {
			const func = dataset.value;
			dataset.value = async (...args_) => {
				const returnsDataset = await this.schema["~run"]({ value: await func(...args_) }, config$1);
				if (returnsDataset.issues) throw new ValiError(returnsDataset.issues);
				return returnsDataset.value;
			};
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rfcEmail/rfcEmail.ts
/* @__NO_SIDE_EFFECTS__ */
function rfcEmail(message$1) {
	return {
		kind: "validation",
		type: "rfc_email",
		reference: rfcEmail,
		expects: null,
		async: false,
		requirement: RFC_EMAIL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "email", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/safeInteger/safeInteger.ts
/* @__NO_SIDE_EFFECTS__ */
function safeInteger(message$1) {
	return {
		kind: "validation",
		type: "safe_integer",
		reference: safeInteger,
		async: false,
		expects: null,
		requirement: Number.isSafeInteger,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "safe integer", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/size/size.ts
/* @__NO_SIDE_EFFECTS__ */
function size(requirement, message$1) {
	return {
		kind: "validation",
		type: "size",
		reference: size,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.size !== this.requirement) _addIssue(this, "size", dataset, config$1, { received: `${dataset.value.size}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/slug/slug.ts
/* @__NO_SIDE_EFFECTS__ */
function slug(message$1) {
	return {
		kind: "validation",
		type: "slug",
		reference: slug,
		async: false,
		expects: null,
		requirement: SLUG_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "slug", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/someItem/someItem.ts
/* @__NO_SIDE_EFFECTS__ */
function someItem(requirement, message$1) {
	return {
		kind: "validation",
		type: "some_item",
		reference: someItem,
		async: false,
		expects: null,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.some(this.requirement)) _addIssue(this, "item", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/sortItems/sortItems.ts
/* @__NO_SIDE_EFFECTS__ */
function sortItems(operation) {
	return {
		kind: "transformation",
		type: "sort_items",
		reference: sortItems,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = dataset.value.sort(this.operation);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/startsWith/startsWith.ts
/* @__NO_SIDE_EFFECTS__ */
function startsWith(requirement, message$1) {
	return {
		kind: "validation",
		type: "starts_with",
		reference: startsWith,
		async: false,
		expects: `"${requirement}"`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.startsWith(this.requirement)) _addIssue(this, "start", dataset, config$1, { received: `"${dataset.value.slice(0, this.requirement.length)}"` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/stringifyJson/stringifyJson.ts
/* @__NO_SIDE_EFFECTS__ */
function stringifyJson(config$1, message$1) {
	return {
		kind: "transformation",
		type: "stringify_json",
		reference: stringifyJson,
		message: message$1,
		config: config$1,
		async: false,
		"~run"(dataset, config$2) {
			try {
				const output = JSON.stringify(dataset.value, this.config?.replacer, this.config?.space);
				if (output === void 0) {
					_addIssue(this, "JSON", dataset, config$2);
					dataset.typed = false;
				} else dataset.value = output;
			} catch (error) {
				if (error instanceof Error) {
					_addIssue(this, "JSON", dataset, config$2, { received: `"${error.message}"` });
					dataset.typed = false;
				} else throw error;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/title/title.ts
/**
* Creates a title metadata action.
*
* @param title_ The title text.
*
* @returns A title action.
*/
/* @__NO_SIDE_EFFECTS__ */
function title(title_) {
	return {
		kind: "metadata",
		type: "title",
		reference: title,
		title: title_
	};
}

//#endregion
//#region src/actions/toBigint/toBigint.ts
/* @__NO_SIDE_EFFECTS__ */
function toBigint(message$1) {
	return {
		kind: "transformation",
		type: "to_bigint",
		reference: toBigint,
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			try {
				dataset.value = BigInt(dataset.value);
			} catch {
				_addIssue(this, "bigint", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toBoolean/toBoolean.ts
/**
* Creates a to boolean transformation action.
*
* @returns A to boolean action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toBoolean() {
	return {
		kind: "transformation",
		type: "to_boolean",
		reference: toBoolean,
		async: false,
		"~run"(dataset) {
			dataset.value = Boolean(dataset.value);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toCamelCase/toCamelCase.ts
/**
* Creates a to camel case transformation action.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries.
*
* Hint: Acronym runs are normalized to lowercase (e.g. `parseURLValue` →
* `parseUrlValue`) and digits stay attached to the preceding token (e.g.
* `item2Name` → `item2Name`).
*
* @returns A to camel case action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toCamelCase() {
	return {
		kind: "transformation",
		type: "to_camel_case",
		reference: toCamelCase,
		async: false,
		"~run"(dataset) {
			dataset.value = /* @__PURE__ */ _formatCase(dataset.value, "", false, true);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toDate/toDate.ts
/* @__NO_SIDE_EFFECTS__ */
function toDate(message$1) {
	return {
		kind: "transformation",
		type: "to_date",
		reference: toDate,
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			try {
				dataset.value = new Date(dataset.value);
				if (isNaN(dataset.value)) {
					_addIssue(this, "date", dataset, config$1, { received: "\"Invalid Date\"" });
					dataset.typed = false;
				}
			} catch {
				_addIssue(this, "date", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toKebabCase/toKebabCase.ts
/**
* Creates a to kebab case transformation action.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries.
*
* Hint: Acronym runs are normalized to lowercase (e.g. `parseURLValue` →
* `parse-url-value`) and digits stay attached to the preceding token (e.g.
* `item2Name` → `item2-name`).
*
* @returns A to kebab case action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toKebabCase() {
	return {
		kind: "transformation",
		type: "to_kebab_case",
		reference: toKebabCase,
		async: false,
		"~run"(dataset) {
			dataset.value = /* @__PURE__ */ _formatCase(dataset.value, "-", false, false);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toLowerCase/toLowerCase.ts
/**
* Creates a to lower case transformation action.
*
* @returns A to lower case action.
*/
/* @__NO_SIDE_EFFECTS__ */
function toLowerCase() {
	return {
		kind: "transformation",
		type: "to_lower_case",
		reference: toLowerCase,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.toLowerCase();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toMaxValue/toMaxValue.ts
/**
* Creates a to max value transformation action.
*
* @param requirement The maximum value.
*
* @returns A to max value action.
*/
/* @__NO_SIDE_EFFECTS__ */
function toMaxValue(requirement) {
	return {
		kind: "transformation",
		type: "to_max_value",
		reference: toMaxValue,
		async: false,
		requirement,
		"~run"(dataset) {
			dataset.value = dataset.value > this.requirement ? this.requirement : dataset.value;
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toMinValue/toMinValue.ts
/**
* Creates a to min value transformation action.
*
* @param requirement The minimum value.
*
* @returns A to min value action.
*/
/* @__NO_SIDE_EFFECTS__ */
function toMinValue(requirement) {
	return {
		kind: "transformation",
		type: "to_min_value",
		reference: toMinValue,
		async: false,
		requirement,
		"~run"(dataset) {
			dataset.value = dataset.value < this.requirement ? this.requirement : dataset.value;
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toNumber/toNumber.ts
/* @__NO_SIDE_EFFECTS__ */
function toNumber(message$1) {
	return {
		kind: "transformation",
		type: "to_number",
		reference: toNumber,
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			try {
				dataset.value = Number(dataset.value);
				if (isNaN(dataset.value)) {
					_addIssue(this, "number", dataset, config$1);
					dataset.typed = false;
				}
			} catch {
				_addIssue(this, "number", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toPascalCase/toPascalCase.ts
/**
* Creates a to pascal case transformation action.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries.
*
* Hint: Acronym runs are normalized to lowercase (e.g. `parseURLValue` →
* `ParseUrlValue`) and digits stay attached to the preceding token (e.g.
* `item2Name` → `Item2Name`).
*
* @returns A to pascal case action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toPascalCase() {
	return {
		kind: "transformation",
		type: "to_pascal_case",
		reference: toPascalCase,
		async: false,
		"~run"(dataset) {
			dataset.value = /* @__PURE__ */ _formatCase(dataset.value, "", true, true);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toSnakeCase/toSnakeCase.ts
/**
* Creates a to snake case transformation action.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries.
*
* Hint: Acronym runs are normalized to lowercase (e.g. `parseURLValue` →
* `parse_url_value`) and digits stay attached to the preceding token (e.g.
* `item2Name` → `item2_name`).
*
* @returns A to snake case action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toSnakeCase() {
	return {
		kind: "transformation",
		type: "to_snake_case",
		reference: toSnakeCase,
		async: false,
		"~run"(dataset) {
			dataset.value = /* @__PURE__ */ _formatCase(dataset.value, "_", false, false);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toString/toString.ts
/* @__NO_SIDE_EFFECTS__ */
function dist_toString(message$1) {
	return {
		kind: "transformation",
		type: "to_string",
		reference: dist_toString,
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			try {
				dataset.value = String(dataset.value);
			} catch {
				_addIssue(this, "string", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toUpperCase/toUpperCase.ts
/**
* Creates a to upper case transformation action.
*
* @returns A to upper case action.
*/
/* @__NO_SIDE_EFFECTS__ */
function toUpperCase() {
	return {
		kind: "transformation",
		type: "to_upper_case",
		reference: toUpperCase,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.toUpperCase();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/transform/transform.ts
/**
* Creates a custom transformation action.
*
* @param operation The transformation operation.
*
* @returns A transform action.
*/
/* @__NO_SIDE_EFFECTS__ */
function transform(operation) {
	return {
		kind: "transformation",
		type: "transform",
		reference: transform,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = this.operation(dataset.value);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/transform/transformAsync.ts
/**
* Creates a custom transformation action.
*
* @param operation The transformation operation.
*
* @returns A transform action.
*/
/* @__NO_SIDE_EFFECTS__ */
function transformAsync(operation) {
	return {
		kind: "transformation",
		type: "transform",
		reference: transformAsync,
		async: true,
		operation,
		async "~run"(dataset) {
			dataset.value = await this.operation(dataset.value);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/trim/trim.ts
/**
* Creates a trim transformation action.
*
* @returns A trim action.
*/
/* @__NO_SIDE_EFFECTS__ */
function trim() {
	return {
		kind: "transformation",
		type: "trim",
		reference: trim,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.trim();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/trimEnd/trimEnd.ts
/**
* Creates a trim end transformation action.
*
* @returns A trim end action.
*/
/* @__NO_SIDE_EFFECTS__ */
function trimEnd() {
	return {
		kind: "transformation",
		type: "trim_end",
		reference: trimEnd,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.trimEnd();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/trimStart/trimStart.ts
/**
* Creates a trim start transformation action.
*
* @returns A trim start action.
*/
/* @__NO_SIDE_EFFECTS__ */
function trimStart() {
	return {
		kind: "transformation",
		type: "trim_start",
		reference: trimStart,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.trimStart();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ulid/ulid.ts
/* @__NO_SIDE_EFFECTS__ */
function ulid(message$1) {
	return {
		kind: "validation",
		type: "ulid",
		reference: ulid,
		async: false,
		expects: null,
		requirement: ULID_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "ULID", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/url/url.ts
/* @__NO_SIDE_EFFECTS__ */
function url(message$1) {
	return {
		kind: "validation",
		type: "url",
		reference: url,
		async: false,
		expects: null,
		requirement(input) {
			try {
				if (URL.canParse) return URL.canParse(input);
				new URL(input);
				return true;
			} catch {
				return false;
			}
		},
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "URL", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/uuid/uuid.ts
/* @__NO_SIDE_EFFECTS__ */
function uuid(message$1) {
	return {
		kind: "validation",
		type: "uuid",
		reference: uuid,
		async: false,
		expects: null,
		requirement: UUID_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "UUID", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/value/value.ts
/* @__NO_SIDE_EFFECTS__ */
function value(requirement, message$1) {
	return {
		kind: "validation",
		type: "value",
		reference: value,
		async: false,
		expects: requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement),
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !/* @__PURE__ */ _isValueMatch(this.requirement, dataset.value)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/values/values.ts
/* @__NO_SIDE_EFFECTS__ */
function values(requirement, message$1) {
	return {
		kind: "validation",
		type: "values",
		reference: values,
		async: false,
		expects: `${/* @__PURE__ */ _joinExpects(requirement.map((value$1) => value$1 instanceof Date ? value$1.toJSON() : /* @__PURE__ */ _stringify(value$1)), "|")}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.some((requirement$1) => /* @__PURE__ */ _isValueMatch(requirement$1, dataset.value))) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/words/words.ts
/* @__NO_SIDE_EFFECTS__ */
function words(locales, requirement, message$1) {
	return {
		kind: "validation",
		type: "words",
		reference: words,
		async: false,
		expects: `${requirement}`,
		locales,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getWordCount(this.locales, dataset.value);
				if (count !== this.requirement) _addIssue(this, "words", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/const.ts
const ABORT_EARLY_CONFIG = { abortEarly: true };

//#endregion
//#region src/methods/assert/assert.ts
/**
* Checks if the input matches the schema. As this is an assertion function, it
* can be used as a type guard.
*
* @param schema The schema to be used.
* @param input The input to be tested.
*/
function assert(schema, input) {
	const issues = schema["~run"]({ value: input }, ABORT_EARLY_CONFIG).issues;
	if (issues) throw new ValiError(issues);
}

//#endregion
//#region src/methods/cache/_LruCache.ts
/**
* Efficient LRU cache using Map iteration order.
*/
var _LruCache = class {
	constructor(config$1) {
		this.refCount = 0;
		this.maxSize = config$1?.maxSize ?? 1e3;
		this.maxAge = config$1?.maxAge ?? Infinity;
		this.hasMaxAge = isFinite(this.maxAge);
	}
	/**
	* Stringifies an unknown input to a cache key component.
	*
	* @param input The unknown input.
	*
	* @returns A cache key component.
	*/
	stringify(input) {
		const type = typeof input;
		if (type === "string") return `"${input}"`;
		if (type === "number" || type === "boolean") return `${input}`;
		if (type === "bigint") return `${input}n`;
		if (type === "object" || type === "function") {
			if (input) {
				this.refIds ?? (this.refIds = /* @__PURE__ */ new WeakMap());
				let id = this.refIds.get(input);
				if (!id) {
					id = ++this.refCount;
					this.refIds.set(input, id);
				}
				return `#${id}`;
			}
			return "null";
		}
		return type;
	}
	/**
	* Creates a cache key from input and config.
	*
	* @param input The input value.
	* @param config The parse configuration.
	*
	* @returns The cache key.
	*/
	key(input, config$1 = {}) {
		return `${this.stringify(input)}|${this.stringify(config$1.lang)}|${this.stringify(config$1.message)}|${this.stringify(config$1.abortEarly)}|${this.stringify(config$1.abortPipeEarly)}`;
	}
	/**
	* Gets a value from the cache by key.
	*
	* @param key The cache key.
	*
	* @returns The cached value.
	*/
	get(key) {
		if (!this.store) return void 0;
		const entry = this.store.get(key);
		if (!entry) return void 0;
		if (this.hasMaxAge && Date.now() - entry[1] > this.maxAge) {
			this.store.delete(key);
			return;
		}
		this.store.delete(key);
		this.store.set(key, entry);
		return entry[0];
	}
	/**
	* Sets a value in the cache by key.
	*
	* @param key The cache key.
	* @param value The cached value.
	*/
	set(key, value$1) {
		this.store ?? (this.store = /* @__PURE__ */ new Map());
		this.store.delete(key);
		const timestamp = this.hasMaxAge ? Date.now() : 0;
		this.store.set(key, [value$1, timestamp]);
		if (this.store.size > this.maxSize) this.store.delete(this.store.keys().next().value);
	}
	/**
	* Clears all entries from the cache.
	*/
	clear() {
		this.store?.clear();
	}
};

//#endregion
//#region src/methods/cache/cache.ts
/* @__NO_SIDE_EFFECTS__ */
function cache(schema, config$1) {
	return _standardSchema({
		...schema,
		cacheConfig: config$1,
		cache: new _LruCache(config$1),
		"~run"(dataset, runConfig) {
			const key = this.cache.key(dataset.value, runConfig);
			let outputDataset = this.cache.get(key);
			if (!outputDataset) this.cache.set(key, outputDataset = schema["~run"](dataset, runConfig));
			return /* @__PURE__ */ _cloneDataset(outputDataset);
		}
	});
}

//#endregion
//#region src/methods/cache/cacheAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function cacheAsync(schema, config$1) {
	let activeRuns;
	return _standardSchema({
		...schema,
		async: true,
		cacheConfig: config$1,
		cache: new _LruCache(config$1),
		async "~run"(dataset, runConfig) {
			const key = this.cache.key(dataset.value, runConfig);
			const cached = this.cache.get(key);
			if (cached) return /* @__PURE__ */ _cloneDataset(cached);
			let promise$1 = activeRuns?.get(key);
			if (!promise$1) {
				activeRuns ?? (activeRuns = /* @__PURE__ */ new Map());
				promise$1 = Promise.resolve(schema["~run"](dataset, runConfig));
				activeRuns.set(key, promise$1);
			}
			try {
				const outputDataset = await promise$1;
				this.cache.set(key, outputDataset);
				return /* @__PURE__ */ _cloneDataset(outputDataset);
			} finally {
				activeRuns?.delete(key);
			}
		}
	});
}

//#endregion
//#region src/methods/config/config.ts
/**
* Changes the local configuration of a schema.
*
* @param schema The schema to configure.
* @param config The parse configuration.
*
* @returns The configured schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function config(schema, config$1) {
	return _standardSchema({
		...schema,
		"~run"(dataset, config_) {
			return schema["~run"](dataset, {
				...config_,
				...config$1
			});
		}
	});
}

//#endregion
//#region src/methods/getFallback/getFallback.ts
/**
* Returns the fallback value of the schema.
*
* @param schema The schema to get it from.
* @param dataset The output dataset if available.
* @param config The config if available.
*
* @returns The fallback value.
*/
/* @__NO_SIDE_EFFECTS__ */
function getFallback(schema, dataset, config$1) {
	return typeof schema.fallback === "function" ? schema.fallback(dataset, config$1) : schema.fallback;
}

//#endregion
//#region src/methods/fallback/fallback.ts
/**
* Returns a fallback value as output if the input does not match the schema.
*
* @param schema The schema to catch.
* @param fallback The fallback value.
*
* @returns The passed schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function fallback(schema, fallback$1) {
	return _standardSchema({
		...schema,
		fallback: fallback$1,
		"~run"(dataset, config$1) {
			const outputDataset = schema["~run"](dataset, config$1);
			return outputDataset.issues ? {
				typed: true,
				value: /* @__PURE__ */ getFallback(this, outputDataset, config$1)
			} : outputDataset;
		}
	});
}

//#endregion
//#region src/methods/fallback/fallbackAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function fallbackAsync(schema, fallback$1) {
	return _standardSchema({
		...schema,
		fallback: fallback$1,
		async: true,
		async "~run"(dataset, config$1) {
			const outputDataset = await schema["~run"](dataset, config$1);
			return outputDataset.issues ? {
				typed: true,
				value: await /* @__PURE__ */ getFallback(this, outputDataset, config$1)
			} : outputDataset;
		}
	});
}

//#endregion
//#region src/methods/flatten/flatten.ts
/* @__NO_SIDE_EFFECTS__ */
function flatten(issues) {
	const flatErrors = {};
	for (const issue of issues) if (issue.path) {
		const dotPath = /* @__PURE__ */ getDotPath(issue);
		if (dotPath) {
			if (!flatErrors.nested) flatErrors.nested = {};
			if (Object.prototype.hasOwnProperty.call(flatErrors.nested, dotPath)) flatErrors.nested[dotPath].push(issue.message);
			else flatErrors.nested[dotPath] = [issue.message];
		} else if (flatErrors.other) flatErrors.other.push(issue.message);
		else flatErrors.other = [issue.message];
	} else if (flatErrors.root) flatErrors.root.push(issue.message);
	else flatErrors.root = [issue.message];
	return flatErrors;
}

//#endregion
//#region src/methods/forward/forward.ts
/**
* Forwards the issues of the passed validation action.
*
* @param action The validation action.
* @param path The path to forward the issues to.
*
* @returns The modified action.
*/
/* @__NO_SIDE_EFFECTS__ */
function forward(action, path) {
	return {
		...action,
		"~run"(dataset, config$1) {
			const prevIssues = dataset.issues && [...dataset.issues];
			dataset = action["~run"](dataset, config$1);
			if (dataset.issues) {
				for (const issue of dataset.issues) if (!prevIssues?.includes(issue)) {
					let pathInput = dataset.value;
					for (const key of path) {
						const pathValue = pathInput[key];
						const pathItem = {
							type: "unknown",
							origin: "value",
							input: pathInput,
							key,
							value: pathValue
						};
						if (issue.path) issue.path.push(pathItem);
						else issue.path = [pathItem];
						if (!pathValue) break;
						pathInput = pathValue;
					}
				}
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/methods/forward/forwardAsync.ts
/**
* Forwards the issues of the passed validation action.
*
* @param action The validation action.
* @param path The path to forward the issues to.
*
* @returns The modified action.
*/
/* @__NO_SIDE_EFFECTS__ */
function forwardAsync(action, path) {
	return {
		...action,
		async: true,
		async "~run"(dataset, config$1) {
			const prevIssues = dataset.issues && [...dataset.issues];
			dataset = await action["~run"](dataset, config$1);
			if (dataset.issues) {
				for (const issue of dataset.issues) if (!prevIssues?.includes(issue)) {
					let pathInput = dataset.value;
					for (const key of path) {
						const pathValue = pathInput[key];
						const pathItem = {
							type: "unknown",
							origin: "value",
							input: pathInput,
							key,
							value: pathValue
						};
						if (issue.path) issue.path.push(pathItem);
						else issue.path = [pathItem];
						if (!pathValue) break;
						pathInput = pathValue;
					}
				}
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/methods/getDefault/getDefault.ts
/**
* Returns the default value of the schema.
*
* @param schema The schema to get it from.
* @param dataset The input dataset if available.
* @param config The config if available.
*
* @returns The default value.
*/
/* @__NO_SIDE_EFFECTS__ */
function getDefault(schema, dataset, config$1) {
	return typeof schema.default === "function" ? schema.default(dataset, config$1) : schema.default;
}

//#endregion
//#region src/methods/getDefaults/getDefaults.ts
/**
* Returns the default values of the schema.
*
* Hint: The difference to `getDefault` is that for object and tuple schemas
* this function recursively returns the default values of the subschemas
* instead of `undefined`.
*
* @param schema The schema to get them from.
*
* @returns The default values.
*/
/* @__NO_SIDE_EFFECTS__ */
function getDefaults(schema) {
	if ("entries" in schema) {
		const object$1 = {};
		for (const key in schema.entries) object$1[key] = /* @__PURE__ */ getDefaults(schema.entries[key]);
		return object$1;
	}
	if ("items" in schema) return schema.items.map(getDefaults);
	return /* @__PURE__ */ getDefault(schema);
}

//#endregion
//#region src/methods/getDefaults/getDefaultsAsync.ts
/**
* Returns the default values of the schema.
*
* Hint: The difference to `getDefault` is that for object and tuple schemas
* this function recursively returns the default values of the subschemas
* instead of `undefined`.
*
* @param schema The schema to get them from.
*
* @returns The default values.
*/
/* @__NO_SIDE_EFFECTS__ */
async function getDefaultsAsync(schema) {
	if ("entries" in schema) return Object.fromEntries(await Promise.all(Object.entries(schema.entries).map(async ([key, value$1]) => [key, await /* @__PURE__ */ getDefaultsAsync(value$1)])));
	if ("items" in schema) return Promise.all(schema.items.map(getDefaultsAsync));
	return /* @__PURE__ */ getDefault(schema);
}

//#endregion
//#region src/methods/getDescription/getDescription.ts
/**
* Returns the description of the schema.
*
* If multiple descriptions are defined, the last one of the highest level is
* returned. If no description is defined, `undefined` is returned.
*
* @param schema The schema to get the description from.
*
* @returns The description, if any.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function getDescription(schema) {
	return /* @__PURE__ */ _getLastMetadata(schema, "description");
}

//#endregion
//#region src/methods/getExamples/getExamples.ts
/**
* Returns the examples of a schema.
*
* If multiple examples are defined, it concatenates them using depth-first
* search. If no examples are defined, an empty array is returned.
*
* @param schema The schema to get the examples from.
*
* @returns The examples, if any.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function getExamples(schema) {
	const examples$1 = [];
	function depthFirstCollect(schema$1) {
		if ("pipe" in schema$1) {
			for (const item of schema$1.pipe) if (item.kind === "schema" && "pipe" in item) depthFirstCollect(item);
			else if (item.kind === "metadata" && item.type === "examples") for (const example of item.examples) examples$1.push(example);
		}
	}
	depthFirstCollect(schema);
	return examples$1;
}

//#endregion
//#region src/methods/getFallbacks/getFallbacks.ts
/**
* Returns the fallback values of the schema.
*
* Hint: The difference to `getFallback` is that for object and tuple schemas
* this function recursively returns the fallback values of the subschemas
* instead of `undefined`.
*
* @param schema The schema to get them from.
*
* @returns The fallback values.
*/
/* @__NO_SIDE_EFFECTS__ */
function getFallbacks(schema) {
	if ("entries" in schema) {
		const object$1 = {};
		for (const key in schema.entries) object$1[key] = /* @__PURE__ */ getFallbacks(schema.entries[key]);
		return object$1;
	}
	if ("items" in schema) return schema.items.map(getFallbacks);
	return /* @__PURE__ */ getFallback(schema);
}

//#endregion
//#region src/methods/getFallbacks/getFallbacksAsync.ts
/**
* Returns the fallback values of the schema.
*
* Hint: The difference to `getFallback` is that for object and tuple schemas
* this function recursively returns the fallback values of the subschemas
* instead of `undefined`.
*
* @param schema The schema to get them from.
*
* @returns The fallback values.
*/
/* @__NO_SIDE_EFFECTS__ */
async function getFallbacksAsync(schema) {
	if ("entries" in schema) return Object.fromEntries(await Promise.all(Object.entries(schema.entries).map(async ([key, value$1]) => [key, await /* @__PURE__ */ getFallbacksAsync(value$1)])));
	if ("items" in schema) return Promise.all(schema.items.map(getFallbacksAsync));
	return /* @__PURE__ */ getFallback(schema);
}

//#endregion
//#region src/methods/getMetadata/getMetadata.ts
/**
* Returns the metadata of a schema.
*
* If multiple metadata are defined, it shallowly merges them using depth-first
* search. If no metadata is defined, an empty object is returned.
*
* @param schema Schema to get the metadata from.
*
* @returns The metadata, if any.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function getMetadata(schema) {
	const result = {};
	function depthFirstMerge(schema$1) {
		if ("pipe" in schema$1) {
			for (const item of schema$1.pipe) if (item.kind === "schema" && "pipe" in item) depthFirstMerge(item);
			else if (item.kind === "metadata" && item.type === "metadata") Object.assign(result, item.metadata);
		}
	}
	depthFirstMerge(schema);
	return result;
}

//#endregion
//#region src/methods/getTitle/getTitle.ts
/**
* Returns the title of the schema.
*
* If multiple titles are defined, the last one of the highest level is
* returned. If no title is defined, `undefined` is returned.
*
* @param schema The schema to get the title from.
*
* @returns The title, if any.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function getTitle(schema) {
	return /* @__PURE__ */ _getLastMetadata(schema, "title");
}

//#endregion
//#region src/methods/is/is.ts
/**
* Checks if the input matches the schema. By using a type predicate, this
* function can be used as a type guard.
*
* @param schema The schema to be used.
* @param input The input to be tested.
*
* @returns Whether the input matches the schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function is(schema, input) {
	return !schema["~run"]({ value: input }, ABORT_EARLY_CONFIG).issues;
}

//#endregion
//#region src/schemas/any/any.ts
/**
* Creates an any schema.
*
* Hint: This schema function exists only for completeness and is not
* recommended in practice. Instead, `unknown` should be used to accept
* unknown data.
*
* @returns An any schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function any() {
	return _standardSchema({
		kind: "schema",
		type: "any",
		reference: any,
		expects: "any",
		async: false,
		"~run"(dataset) {
			dataset.typed = true;
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/array/array.ts
/* @__NO_SIDE_EFFECTS__ */
function array(item, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "array",
		reference: array,
		expects: "Array",
		async: false,
		item,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < input.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.item["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/array/arrayAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function arrayAsync(item, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "array",
		reference: arrayAsync,
		expects: "Array",
		async: true,
		item,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const itemDatasets = await Promise.all(input.map((value$1) => this.item["~run"]({ value: value$1 }, config$1)));
				for (let key = 0; key < itemDatasets.length; key++) {
					const itemDataset = itemDatasets[key];
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: input[key]
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/bigint/bigint.ts
/* @__NO_SIDE_EFFECTS__ */
function bigint(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "bigint",
		reference: bigint,
		expects: "bigint",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "bigint") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/blob/blob.ts
/* @__NO_SIDE_EFFECTS__ */
function blob(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "blob",
		reference: blob,
		expects: "Blob",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof Blob) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/boolean/boolean.ts
/* @__NO_SIDE_EFFECTS__ */
function dist_boolean(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "boolean",
		reference: dist_boolean,
		expects: "boolean",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "boolean") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/custom/custom.ts
/* @__NO_SIDE_EFFECTS__ */
function custom(check$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "custom",
		reference: custom,
		expects: "unknown",
		async: false,
		check: check$1,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.check(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/custom/customAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function customAsync(check$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "custom",
		reference: customAsync,
		expects: "unknown",
		async: true,
		check: check$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (await this.check(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/date/date.ts
/* @__NO_SIDE_EFFECTS__ */
function date(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "date",
		reference: date,
		expects: "Date",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof Date) if (!isNaN(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1, { received: "\"Invalid Date\"" });
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/enum/enum.ts
/* @__NO_SIDE_EFFECTS__ */
function enum_(enum__, message$1) {
	const options = [];
	for (const key in enum__) if (`${+key}` !== key || typeof enum__[key] !== "string" || !Object.is(enum__[enum__[key]], +key)) options.push(enum__[key]);
	return _standardSchema({
		kind: "schema",
		type: "enum",
		reference: enum_,
		expects: /* @__PURE__ */ _joinExpects(options.map(_stringify), "|"),
		async: false,
		enum: enum__,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.options.includes(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/exactOptional/exactOptional.ts
/* @__NO_SIDE_EFFECTS__ */
function exactOptional(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "exact_optional",
		reference: exactOptional,
		expects: wrapped.expects,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/exactOptional/exactOptionalAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function exactOptionalAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "exact_optional",
		reference: exactOptionalAsync,
		expects: wrapped.expects,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/file/file.ts
/* @__NO_SIDE_EFFECTS__ */
function file(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "file",
		reference: file,
		expects: "File",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof File) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/function/function.ts
/* @__NO_SIDE_EFFECTS__ */
function function_(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "function",
		reference: function_,
		expects: "Function",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "function") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/instance/instance.ts
/* @__NO_SIDE_EFFECTS__ */
function instance(class_, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "instance",
		reference: instance,
		expects: class_.name,
		async: false,
		class: class_,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof this.class) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/intersect/utils/_merge/_merge.ts
/**
* Merges two values into one single output.
*
* @param value1 First value.
* @param value2 Second value.
*
* @returns The merge dataset.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _merge(value1, value2) {
	if (typeof value1 === typeof value2) {
		if (/* @__PURE__ */ _isSameValueZero(value1, value2) || value1 instanceof Date && value2 instanceof Date && /* @__PURE__ */ _isSameValueZero(+value1, +value2)) return { value: value1 };
		if (value1 && value2 && value1.constructor === Object && value2.constructor === Object) {
			const nextValue = {
				...value1,
				...value2
			};
			for (const key in value2) if (Object.prototype.hasOwnProperty.call(value1, key) && Object.prototype.hasOwnProperty.call(value2, key)) {
				const dataset = /* @__PURE__ */ _merge(value1[key], value2[key]);
				if (dataset.issue) return dataset;
				nextValue[key] = dataset.value;
			}
			return { value: nextValue };
		}
		if (Array.isArray(value1) && Array.isArray(value2)) {
			if (value1.length === value2.length) {
				const nextValue = [...value1];
				for (let index = 0; index < value1.length; index++) {
					const dataset = /* @__PURE__ */ _merge(value1[index], value2[index]);
					if (dataset.issue) return dataset;
					nextValue[index] = dataset.value;
				}
				return { value: nextValue };
			}
		}
	}
	return { issue: true };
}

//#endregion
//#region src/schemas/intersect/intersect.ts
/* @__NO_SIDE_EFFECTS__ */
function intersect(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "intersect",
		reference: intersect,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "&"),
		async: false,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.options.length) {
				const input = dataset.value;
				let outputs;
				dataset.typed = true;
				for (const schema of this.options) {
					const optionDataset = schema["~run"]({ value: input }, config$1);
					if (optionDataset.issues) {
						if (dataset.issues) for (const issue of optionDataset.issues) dataset.issues.push(issue);
						else dataset.issues = optionDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!optionDataset.typed) dataset.typed = false;
					if (dataset.typed) if (outputs) outputs.push(optionDataset.value);
					else outputs = [optionDataset.value];
				}
				if (dataset.typed) {
					dataset.value = outputs[0];
					for (let index = 1; index < outputs.length; index++) {
						const mergeDataset = /* @__PURE__ */ _merge(dataset.value, outputs[index]);
						if (mergeDataset.issue) {
							_addIssue(this, "type", dataset, config$1, { received: "unknown" });
							break;
						}
						dataset.value = mergeDataset.value;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/intersect/intersectAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function intersectAsync(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "intersect",
		reference: intersectAsync,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "&"),
		async: true,
		options,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (this.options.length) {
				const input = dataset.value;
				let outputs;
				dataset.typed = true;
				const optionDatasets = await Promise.all(this.options.map((schema) => schema["~run"]({ value: input }, config$1)));
				for (const optionDataset of optionDatasets) {
					if (optionDataset.issues) {
						if (dataset.issues) for (const issue of optionDataset.issues) dataset.issues.push(issue);
						else dataset.issues = optionDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!optionDataset.typed) dataset.typed = false;
					if (dataset.typed) if (outputs) outputs.push(optionDataset.value);
					else outputs = [optionDataset.value];
				}
				if (dataset.typed) {
					dataset.value = outputs[0];
					for (let index = 1; index < outputs.length; index++) {
						const mergeDataset = /* @__PURE__ */ _merge(dataset.value, outputs[index]);
						if (mergeDataset.issue) {
							_addIssue(this, "type", dataset, config$1, { received: "unknown" });
							break;
						}
						dataset.value = mergeDataset.value;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/lazy/lazy.ts
/**
* Creates a lazy schema.
*
* @param getter The schema getter.
*
* @returns A lazy schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function lazy(getter) {
	return _standardSchema({
		kind: "schema",
		type: "lazy",
		reference: lazy,
		expects: "unknown",
		async: false,
		getter,
		"~run"(dataset, config$1) {
			return this.getter(dataset.value)["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/lazy/lazyAsync.ts
/**
* Creates a lazy schema.
*
* @param getter The schema getter.
*
* @returns A lazy schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function lazyAsync(getter) {
	return _standardSchema({
		kind: "schema",
		type: "lazy",
		reference: lazyAsync,
		expects: "unknown",
		async: true,
		getter,
		async "~run"(dataset, config$1) {
			return (await this.getter(dataset.value))["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/literal/literal.ts
/* @__NO_SIDE_EFFECTS__ */
function literal(literal_, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "literal",
		reference: literal,
		expects: /* @__PURE__ */ _stringify(literal_),
		async: false,
		literal: literal_,
		message: message$1,
		"~run"(dataset, config$1) {
			if (/* @__PURE__ */ _isSameValueZero(dataset.value, this.literal)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/looseObject/looseObject.ts
/* @__NO_SIDE_EFFECTS__ */
function looseObject(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "loose_object",
		reference: looseObject,
		expects: "Object",
		async: false,
		entries: entries$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const key in this.entries) {
					const valueSchema = this.entries[key];
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
						const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: value$1
							};
							for (const issue of valueDataset.issues) {
								if (issue.path) issue.path.unshift(pathItem);
								else issue.path = [pathItem];
								dataset.issues?.push(issue);
							}
							if (!dataset.issues) dataset.issues = valueDataset.issues;
							if (config$1.abortEarly) {
								dataset.typed = false;
								break;
							}
						}
						if (!valueDataset.typed) dataset.typed = false;
						dataset.value[key] = valueDataset.value;
					} else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
					else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
						_addIssue(this, "key", dataset, config$1, {
							input: void 0,
							expected: `"${key}"`,
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						if (config$1.abortEarly) break;
					}
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (/* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)) dataset.value[key] = input[key];
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/looseObject/looseObjectAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function looseObjectAsync(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "loose_object",
		reference: looseObjectAsync,
		expects: "Object",
		async: true,
		entries: entries$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const valueDatasets = await Promise.all(Object.entries(this.entries).map(async ([key, valueSchema]) => {
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : await /* @__PURE__ */ getDefault(valueSchema);
						return [
							key,
							value$1,
							valueSchema,
							await valueSchema["~run"]({ value: value$1 }, config$1)
						];
					}
					return [
						key,
						input[key],
						valueSchema,
						null
					];
				}));
				for (const [key, value$1, valueSchema, valueDataset] of valueDatasets) if (valueDataset) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value[key] = valueDataset.value;
				} else if (valueSchema.fallback !== void 0) dataset.value[key] = await /* @__PURE__ */ getFallback(valueSchema);
				else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
					_addIssue(this, "key", dataset, config$1, {
						input: void 0,
						expected: `"${key}"`,
						path: [{
							type: "object",
							origin: "key",
							input,
							key,
							value: value$1
						}]
					});
					if (config$1.abortEarly) break;
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (/* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)) dataset.value[key] = input[key];
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/looseTuple/looseTuple.ts
/* @__NO_SIDE_EFFECTS__ */
function looseTuple(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "loose_tuple",
		reference: looseTuple,
		expects: "Array",
		async: false,
		items,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < this.items.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.items[key]["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
				if (!dataset.issues || !config$1.abortEarly) for (let key = this.items.length; key < input.length; key++) dataset.value.push(input[key]);
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/looseTuple/looseTupleAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function looseTupleAsync(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "loose_tuple",
		reference: looseTupleAsync,
		expects: "Array",
		async: true,
		items,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const itemDatasets = await Promise.all(this.items.map(async (item, key) => {
					const value$1 = input[key];
					return [
						key,
						value$1,
						await item["~run"]({ value: value$1 }, config$1)
					];
				}));
				for (const [key, value$1, itemDataset] of itemDatasets) {
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
				if (!dataset.issues || !config$1.abortEarly) for (let key = this.items.length; key < input.length; key++) dataset.value.push(input[key]);
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/map/map.ts
/* @__NO_SIDE_EFFECTS__ */
function map(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "map",
		reference: map,
		expects: "Map",
		async: false,
		key,
		value: value$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input instanceof Map) {
				dataset.typed = true;
				dataset.value = /* @__PURE__ */ new Map();
				for (const [inputKey, inputValue] of input) {
					const keyDataset = this.key["~run"]({ value: inputKey }, config$1);
					if (keyDataset.issues) {
						const pathItem = {
							type: "map",
							origin: "key",
							input,
							key: inputKey,
							value: inputValue
						};
						for (const issue of keyDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					const valueDataset = this.value["~run"]({ value: inputValue }, config$1);
					if (valueDataset.issues) {
						const pathItem = {
							type: "map",
							origin: "value",
							input,
							key: inputKey,
							value: inputValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					dataset.value.set(keyDataset.value, valueDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/map/mapAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function mapAsync(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "map",
		reference: mapAsync,
		expects: "Map",
		async: true,
		key,
		value: value$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input instanceof Map) {
				dataset.typed = true;
				dataset.value = /* @__PURE__ */ new Map();
				const datasets = await Promise.all([...input].map(([inputKey, inputValue]) => Promise.all([
					inputKey,
					inputValue,
					this.key["~run"]({ value: inputKey }, config$1),
					this.value["~run"]({ value: inputValue }, config$1)
				])));
				for (const [inputKey, inputValue, keyDataset, valueDataset] of datasets) {
					if (keyDataset.issues) {
						const pathItem = {
							type: "map",
							origin: "key",
							input,
							key: inputKey,
							value: inputValue
						};
						for (const issue of keyDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (valueDataset.issues) {
						const pathItem = {
							type: "map",
							origin: "value",
							input,
							key: inputKey,
							value: inputValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					dataset.value.set(keyDataset.value, valueDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nan/nan.ts
/* @__NO_SIDE_EFFECTS__ */
function nan(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "nan",
		reference: nan,
		expects: "NaN",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (Number.isNaN(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/never/never.ts
/* @__NO_SIDE_EFFECTS__ */
function never(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "never",
		reference: never,
		expects: "never",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			_addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonNullable/nonNullable.ts
/* @__NO_SIDE_EFFECTS__ */
function nonNullable(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_nullable",
		reference: nonNullable,
		expects: "!null",
		async: false,
		wrapped,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value !== null) dataset = this.wrapped["~run"](dataset, config$1);
			if (dataset.value === null) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonNullable/nonNullableAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nonNullableAsync(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_nullable",
		reference: nonNullableAsync,
		expects: "!null",
		async: true,
		wrapped,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (dataset.value !== null) dataset = await this.wrapped["~run"](dataset, config$1);
			if (dataset.value === null) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonNullish/nonNullish.ts
/* @__NO_SIDE_EFFECTS__ */
function nonNullish(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_nullish",
		reference: nonNullish,
		expects: "(!null & !undefined)",
		async: false,
		wrapped,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!(dataset.value === null || dataset.value === void 0)) dataset = this.wrapped["~run"](dataset, config$1);
			if (dataset.value === null || dataset.value === void 0) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonNullish/nonNullishAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nonNullishAsync(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_nullish",
		reference: nonNullishAsync,
		expects: "(!null & !undefined)",
		async: true,
		wrapped,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (!(dataset.value === null || dataset.value === void 0)) dataset = await this.wrapped["~run"](dataset, config$1);
			if (dataset.value === null || dataset.value === void 0) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonOptional/nonOptional.ts
/* @__NO_SIDE_EFFECTS__ */
function nonOptional(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_optional",
		reference: nonOptional,
		expects: "!undefined",
		async: false,
		wrapped,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value !== void 0) dataset = this.wrapped["~run"](dataset, config$1);
			if (dataset.value === void 0) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonOptional/nonOptionalAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nonOptionalAsync(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_optional",
		reference: nonOptionalAsync,
		expects: "!undefined",
		async: true,
		wrapped,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (dataset.value !== void 0) dataset = await this.wrapped["~run"](dataset, config$1);
			if (dataset.value === void 0) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/null/null.ts
/* @__NO_SIDE_EFFECTS__ */
function null_(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "null",
		reference: null_,
		expects: "null",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value === null) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nullable/nullable.ts
/* @__NO_SIDE_EFFECTS__ */
function nullable(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "nullable",
		reference: nullable,
		expects: `(${wrapped.expects} | null)`,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			if (dataset.value === null) {
				if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === null) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/nullable/nullableAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nullableAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "nullable",
		reference: nullableAsync,
		expects: `(${wrapped.expects} | null)`,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			if (dataset.value === null) {
				if (this.default !== void 0) dataset.value = await /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === null) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/nullish/nullish.ts
/* @__NO_SIDE_EFFECTS__ */
function nullish(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "nullish",
		reference: nullish,
		expects: `(${wrapped.expects} | null | undefined)`,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			if (dataset.value === null || dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === null || dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/nullish/nullishAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nullishAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "nullish",
		reference: nullishAsync,
		expects: `(${wrapped.expects} | null | undefined)`,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			if (dataset.value === null || dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = await /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === null || dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/number/number.ts
/* @__NO_SIDE_EFFECTS__ */
function number(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "number",
		reference: number,
		expects: "number",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "number" && !isNaN(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/object/object.ts
/* @__NO_SIDE_EFFECTS__ */
function object(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "object",
		reference: object,
		expects: "Object",
		async: false,
		entries: entries$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const key in this.entries) {
					const valueSchema = this.entries[key];
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
						const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: value$1
							};
							for (const issue of valueDataset.issues) {
								if (issue.path) issue.path.unshift(pathItem);
								else issue.path = [pathItem];
								dataset.issues?.push(issue);
							}
							if (!dataset.issues) dataset.issues = valueDataset.issues;
							if (config$1.abortEarly) {
								dataset.typed = false;
								break;
							}
						}
						if (!valueDataset.typed) dataset.typed = false;
						dataset.value[key] = valueDataset.value;
					} else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
					else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
						_addIssue(this, "key", dataset, config$1, {
							input: void 0,
							expected: `"${key}"`,
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						if (config$1.abortEarly) break;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/object/objectAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function objectAsync(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "object",
		reference: objectAsync,
		expects: "Object",
		async: true,
		entries: entries$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const valueDatasets = await Promise.all(Object.entries(this.entries).map(async ([key, valueSchema]) => {
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : await /* @__PURE__ */ getDefault(valueSchema);
						return [
							key,
							value$1,
							valueSchema,
							await valueSchema["~run"]({ value: value$1 }, config$1)
						];
					}
					return [
						key,
						input[key],
						valueSchema,
						null
					];
				}));
				for (const [key, value$1, valueSchema, valueDataset] of valueDatasets) if (valueDataset) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value[key] = valueDataset.value;
				} else if (valueSchema.fallback !== void 0) dataset.value[key] = await /* @__PURE__ */ getFallback(valueSchema);
				else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
					_addIssue(this, "key", dataset, config$1, {
						input: void 0,
						expected: `"${key}"`,
						path: [{
							type: "object",
							origin: "key",
							input,
							key,
							value: value$1
						}]
					});
					if (config$1.abortEarly) break;
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/objectWithRest/objectWithRest.ts
/* @__NO_SIDE_EFFECTS__ */
function objectWithRest(entries$1, rest, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "object_with_rest",
		reference: objectWithRest,
		expects: "Object",
		async: false,
		entries: entries$1,
		rest,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const key in this.entries) {
					const valueSchema = this.entries[key];
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
						const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: value$1
							};
							for (const issue of valueDataset.issues) {
								if (issue.path) issue.path.unshift(pathItem);
								else issue.path = [pathItem];
								dataset.issues?.push(issue);
							}
							if (!dataset.issues) dataset.issues = valueDataset.issues;
							if (config$1.abortEarly) {
								dataset.typed = false;
								break;
							}
						}
						if (!valueDataset.typed) dataset.typed = false;
						dataset.value[key] = valueDataset.value;
					} else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
					else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
						_addIssue(this, "key", dataset, config$1, {
							input: void 0,
							expected: `"${key}"`,
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						if (config$1.abortEarly) break;
					}
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (/* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)) {
						const valueDataset = this.rest["~run"]({ value: input[key] }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: input[key]
							};
							for (const issue of valueDataset.issues) {
								if (issue.path) issue.path.unshift(pathItem);
								else issue.path = [pathItem];
								dataset.issues?.push(issue);
							}
							if (!dataset.issues) dataset.issues = valueDataset.issues;
							if (config$1.abortEarly) {
								dataset.typed = false;
								break;
							}
						}
						if (!valueDataset.typed) dataset.typed = false;
						dataset.value[key] = valueDataset.value;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/objectWithRest/objectWithRestAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function objectWithRestAsync(entries$1, rest, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "object_with_rest",
		reference: objectWithRestAsync,
		expects: "Object",
		async: true,
		entries: entries$1,
		rest,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const [normalDatasets, restDatasets] = await Promise.all([Promise.all(Object.entries(this.entries).map(async ([key, valueSchema]) => {
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : await /* @__PURE__ */ getDefault(valueSchema);
						return [
							key,
							value$1,
							valueSchema,
							await valueSchema["~run"]({ value: value$1 }, config$1)
						];
					}
					return [
						key,
						input[key],
						valueSchema,
						null
					];
				})), Promise.all(Object.entries(input).filter(([key]) => /* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)).map(async ([key, value$1]) => [
					key,
					value$1,
					await this.rest["~run"]({ value: value$1 }, config$1)
				]))]);
				for (const [key, value$1, valueSchema, valueDataset] of normalDatasets) if (valueDataset) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value[key] = valueDataset.value;
				} else if (valueSchema.fallback !== void 0) dataset.value[key] = await /* @__PURE__ */ getFallback(valueSchema);
				else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
					_addIssue(this, "key", dataset, config$1, {
						input: void 0,
						expected: `"${key}"`,
						path: [{
							type: "object",
							origin: "key",
							input,
							key,
							value: value$1
						}]
					});
					if (config$1.abortEarly) break;
				}
				if (!dataset.issues || !config$1.abortEarly) for (const [key, value$1, valueDataset] of restDatasets) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value[key] = valueDataset.value;
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/optional/optional.ts
/* @__NO_SIDE_EFFECTS__ */
function optional(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "optional",
		reference: optional,
		expects: `(${wrapped.expects} | undefined)`,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			if (dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/optional/optionalAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function optionalAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "optional",
		reference: optionalAsync,
		expects: `(${wrapped.expects} | undefined)`,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			if (dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = await /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/picklist/picklist.ts
/* @__NO_SIDE_EFFECTS__ */
function picklist(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "picklist",
		reference: picklist,
		expects: /* @__PURE__ */ _joinExpects(options.map(_stringify), "|"),
		async: false,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.options.includes(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/promise/promise.ts
/* @__NO_SIDE_EFFECTS__ */
function promise(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "promise",
		reference: promise,
		expects: "Promise",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof Promise) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/record/record.ts
/* @__NO_SIDE_EFFECTS__ */
function record(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "record",
		reference: record,
		expects: "Object",
		async: false,
		key,
		value: value$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const entryKey in input) if (/* @__PURE__ */ _isValidObjectKey(input, entryKey)) {
					const entryValue = input[entryKey];
					const keyDataset = this.key["~run"]({ value: entryKey }, config$1);
					if (keyDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "key",
							input,
							key: entryKey,
							value: entryValue
						};
						for (const issue of keyDataset.issues) {
							issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					const valueDataset = this.value["~run"]({ value: entryValue }, config$1);
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key: entryKey,
							value: entryValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					if (keyDataset.typed) dataset.value[keyDataset.value] = valueDataset.value;
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/record/recordAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function recordAsync(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "record",
		reference: recordAsync,
		expects: "Object",
		async: true,
		key,
		value: value$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const datasets = await Promise.all(Object.entries(input).filter(([key$1]) => /* @__PURE__ */ _isValidObjectKey(input, key$1)).map(([entryKey, entryValue]) => Promise.all([
					entryKey,
					entryValue,
					this.key["~run"]({ value: entryKey }, config$1),
					this.value["~run"]({ value: entryValue }, config$1)
				])));
				for (const [entryKey, entryValue, keyDataset, valueDataset] of datasets) {
					if (keyDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "key",
							input,
							key: entryKey,
							value: entryValue
						};
						for (const issue of keyDataset.issues) {
							issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key: entryKey,
							value: entryValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					if (keyDataset.typed) dataset.value[keyDataset.value] = valueDataset.value;
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/set/set.ts
/* @__NO_SIDE_EFFECTS__ */
function set(value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "set",
		reference: set,
		expects: "Set",
		async: false,
		value: value$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input instanceof Set) {
				dataset.typed = true;
				dataset.value = /* @__PURE__ */ new Set();
				for (const inputValue of input) {
					const valueDataset = this.value["~run"]({ value: inputValue }, config$1);
					if (valueDataset.issues) {
						const pathItem = {
							type: "set",
							origin: "value",
							input,
							key: null,
							value: inputValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value.add(valueDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/set/setAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function setAsync(value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "set",
		reference: setAsync,
		expects: "Set",
		async: true,
		value: value$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input instanceof Set) {
				dataset.typed = true;
				dataset.value = /* @__PURE__ */ new Set();
				const valueDatasets = await Promise.all([...input].map(async (inputValue) => [inputValue, await this.value["~run"]({ value: inputValue }, config$1)]));
				for (const [inputValue, valueDataset] of valueDatasets) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "set",
							origin: "value",
							input,
							key: null,
							value: inputValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value.add(valueDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/strictObject/strictObject.ts
/* @__NO_SIDE_EFFECTS__ */
function strictObject(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_object",
		reference: strictObject,
		expects: "Object",
		async: false,
		entries: entries$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const key in this.entries) {
					const valueSchema = this.entries[key];
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
						const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: value$1
							};
							for (const issue of valueDataset.issues) {
								if (issue.path) issue.path.unshift(pathItem);
								else issue.path = [pathItem];
								dataset.issues?.push(issue);
							}
							if (!dataset.issues) dataset.issues = valueDataset.issues;
							if (config$1.abortEarly) {
								dataset.typed = false;
								break;
							}
						}
						if (!valueDataset.typed) dataset.typed = false;
						dataset.value[key] = valueDataset.value;
					} else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
					else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
						_addIssue(this, "key", dataset, config$1, {
							input: void 0,
							expected: `"${key}"`,
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						if (config$1.abortEarly) break;
					}
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (!Object.prototype.hasOwnProperty.call(this.entries, key)) {
						_addIssue(this, "key", dataset, config$1, {
							input: key,
							expected: "never",
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						break;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/strictObject/strictObjectAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function strictObjectAsync(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_object",
		reference: strictObjectAsync,
		expects: "Object",
		async: true,
		entries: entries$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const valueDatasets = await Promise.all(Object.entries(this.entries).map(async ([key, valueSchema]) => {
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : await /* @__PURE__ */ getDefault(valueSchema);
						return [
							key,
							value$1,
							valueSchema,
							await valueSchema["~run"]({ value: value$1 }, config$1)
						];
					}
					return [
						key,
						input[key],
						valueSchema,
						null
					];
				}));
				for (const [key, value$1, valueSchema, valueDataset] of valueDatasets) if (valueDataset) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value[key] = valueDataset.value;
				} else if (valueSchema.fallback !== void 0) dataset.value[key] = await /* @__PURE__ */ getFallback(valueSchema);
				else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
					_addIssue(this, "key", dataset, config$1, {
						input: void 0,
						expected: `"${key}"`,
						path: [{
							type: "object",
							origin: "key",
							input,
							key,
							value: value$1
						}]
					});
					if (config$1.abortEarly) break;
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (!Object.prototype.hasOwnProperty.call(this.entries, key)) {
						_addIssue(this, "key", dataset, config$1, {
							input: key,
							expected: "never",
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						break;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/strictTuple/strictTuple.ts
/* @__NO_SIDE_EFFECTS__ */
function strictTuple(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_tuple",
		reference: strictTuple,
		expects: "Array",
		async: false,
		items,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < this.items.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.items[key]["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
				if (!(dataset.issues && config$1.abortEarly) && this.items.length < input.length) _addIssue(this, "type", dataset, config$1, {
					input: input[this.items.length],
					expected: "never",
					path: [{
						type: "array",
						origin: "value",
						input,
						key: this.items.length,
						value: input[this.items.length]
					}]
				});
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/strictTuple/strictTupleAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function strictTupleAsync(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_tuple",
		reference: strictTupleAsync,
		expects: "Array",
		async: true,
		items,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const itemDatasets = await Promise.all(this.items.map(async (item, key) => {
					const value$1 = input[key];
					return [
						key,
						value$1,
						await item["~run"]({ value: value$1 }, config$1)
					];
				}));
				for (const [key, value$1, itemDataset] of itemDatasets) {
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
				if (!(dataset.issues && config$1.abortEarly) && this.items.length < input.length) _addIssue(this, "type", dataset, config$1, {
					input: input[this.items.length],
					expected: "never",
					path: [{
						type: "array",
						origin: "value",
						input,
						key: this.items.length,
						value: input[this.items.length]
					}]
				});
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/string/string.ts
/* @__NO_SIDE_EFFECTS__ */
function string(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "string",
		reference: string,
		expects: "string",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "string") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/symbol/symbol.ts
/* @__NO_SIDE_EFFECTS__ */
function symbol(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "symbol",
		reference: symbol,
		expects: "symbol",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "symbol") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/tuple/tuple.ts
/* @__NO_SIDE_EFFECTS__ */
function tuple(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "tuple",
		reference: tuple,
		expects: "Array",
		async: false,
		items,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < this.items.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.items[key]["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/tuple/tupleAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function tupleAsync(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "tuple",
		reference: tupleAsync,
		expects: "Array",
		async: true,
		items,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const itemDatasets = await Promise.all(this.items.map(async (item, key) => {
					const value$1 = input[key];
					return [
						key,
						value$1,
						await item["~run"]({ value: value$1 }, config$1)
					];
				}));
				for (const [key, value$1, itemDataset] of itemDatasets) {
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/tupleWithRest/tupleWithRest.ts
/* @__NO_SIDE_EFFECTS__ */
function tupleWithRest(items, rest, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "tuple_with_rest",
		reference: tupleWithRest,
		expects: "Array",
		async: false,
		items,
		rest,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < this.items.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.items[key]["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
				if (!dataset.issues || !config$1.abortEarly) for (let key = this.items.length; key < input.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.rest["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/tupleWithRest/tupleWithRestAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function tupleWithRestAsync(items, rest, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "tuple_with_rest",
		reference: tupleWithRestAsync,
		expects: "Array",
		async: true,
		items,
		rest,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const [normalDatasets, restDatasets] = await Promise.all([Promise.all(this.items.map(async (item, key) => {
					const value$1 = input[key];
					return [
						key,
						value$1,
						await item["~run"]({ value: value$1 }, config$1)
					];
				})), Promise.all(input.slice(this.items.length).map(async (value$1, key) => {
					return [
						key + this.items.length,
						value$1,
						await this.rest["~run"]({ value: value$1 }, config$1)
					];
				}))]);
				for (const [key, value$1, itemDataset] of normalDatasets) {
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
				if (!dataset.issues || !config$1.abortEarly) for (const [key, value$1, itemDataset] of restDatasets) {
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/undefined/undefined.ts
/* @__NO_SIDE_EFFECTS__ */
function undefined_(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "undefined",
		reference: undefined_,
		expects: "undefined",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value === void 0) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/undefinedable/undefinedable.ts
/* @__NO_SIDE_EFFECTS__ */
function undefinedable(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "undefinedable",
		reference: undefinedable,
		expects: `(${wrapped.expects} | undefined)`,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			if (dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/undefinedable/undefinedableAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function undefinedableAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "undefinedable",
		reference: undefinedableAsync,
		expects: `(${wrapped.expects} | undefined)`,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			if (dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = await /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/union/utils/_subIssues/_subIssues.ts
/**
* Returns the sub issues of the provided datasets for the union issue.
*
* @param datasets The datasets.
*
* @returns The sub issues.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _subIssues(datasets) {
	let issues;
	if (datasets) for (const dataset of datasets) if (issues) for (const issue of dataset.issues) issues.push(issue);
	else issues = dataset.issues;
	return issues;
}

//#endregion
//#region src/schemas/union/union.ts
/* @__NO_SIDE_EFFECTS__ */
function union(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "union",
		reference: union,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "|"),
		async: false,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			let validDataset;
			let typedDatasets;
			let untypedDatasets;
			for (const schema of this.options) {
				const optionDataset = schema["~run"]({ value: dataset.value }, config$1);
				if (optionDataset.typed) if (optionDataset.issues) if (typedDatasets) typedDatasets.push(optionDataset);
				else typedDatasets = [optionDataset];
				else {
					validDataset = optionDataset;
					break;
				}
				else if (untypedDatasets) untypedDatasets.push(optionDataset);
				else untypedDatasets = [optionDataset];
			}
			if (validDataset) return validDataset;
			if (typedDatasets) {
				if (typedDatasets.length === 1) return typedDatasets[0];
				_addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(typedDatasets) });
				dataset.typed = true;
			} else if (untypedDatasets?.length === 1) return untypedDatasets[0];
			else _addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(untypedDatasets) });
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/union/unionAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function unionAsync(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "union",
		reference: unionAsync,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "|"),
		async: true,
		options,
		message: message$1,
		async "~run"(dataset, config$1) {
			let validDataset;
			let typedDatasets;
			let untypedDatasets;
			for (const schema of this.options) {
				const optionDataset = await schema["~run"]({ value: dataset.value }, config$1);
				if (optionDataset.typed) if (optionDataset.issues) if (typedDatasets) typedDatasets.push(optionDataset);
				else typedDatasets = [optionDataset];
				else {
					validDataset = optionDataset;
					break;
				}
				else if (untypedDatasets) untypedDatasets.push(optionDataset);
				else untypedDatasets = [optionDataset];
			}
			if (validDataset) return validDataset;
			if (typedDatasets) {
				if (typedDatasets.length === 1) return typedDatasets[0];
				_addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(typedDatasets) });
				dataset.typed = true;
			} else if (untypedDatasets?.length === 1) return untypedDatasets[0];
			else _addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(untypedDatasets) });
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/unknown/unknown.ts
/**
* Creates a unknown schema.
*
* @returns A unknown schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function unknown() {
	return _standardSchema({
		kind: "schema",
		type: "unknown",
		reference: unknown,
		expects: "unknown",
		async: false,
		"~run"(dataset) {
			dataset.typed = true;
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/variant/variant.ts
/* @__NO_SIDE_EFFECTS__ */
function variant(key, options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "variant",
		reference: variant,
		expects: "Object",
		async: false,
		key,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				let outputDataset;
				let maxDiscriminatorPriority = 0;
				let invalidDiscriminatorKey = this.key;
				let expectedDiscriminators = [];
				const parseOptions = (variant$1, allKeys) => {
					for (const schema of variant$1.options) {
						if (schema.type === "variant") parseOptions(schema, new Set(allKeys).add(schema.key));
						else {
							let keysAreValid = true;
							let currentPriority = 0;
							for (const currentKey of allKeys) {
								const discriminatorSchema = schema.entries[currentKey];
								if (currentKey in input ? discriminatorSchema["~run"]({
									typed: false,
									value: input[currentKey]
								}, ABORT_EARLY_CONFIG).issues : discriminatorSchema.type !== "exact_optional" && discriminatorSchema.type !== "optional" && discriminatorSchema.type !== "nullish") {
									keysAreValid = false;
									if (invalidDiscriminatorKey !== currentKey && (maxDiscriminatorPriority < currentPriority || maxDiscriminatorPriority === currentPriority && currentKey in input && !(invalidDiscriminatorKey in input))) {
										maxDiscriminatorPriority = currentPriority;
										invalidDiscriminatorKey = currentKey;
										expectedDiscriminators = [];
									}
									if (invalidDiscriminatorKey === currentKey) expectedDiscriminators.push(schema.entries[currentKey].expects);
									break;
								}
								currentPriority++;
							}
							if (keysAreValid) {
								const optionDataset = schema["~run"]({ value: input }, config$1);
								if (!outputDataset || !outputDataset.typed && optionDataset.typed) outputDataset = optionDataset;
							}
						}
						if (outputDataset && !outputDataset.issues) break;
					}
				};
				parseOptions(this, new Set([this.key]));
				if (outputDataset) return outputDataset;
				_addIssue(this, "type", dataset, config$1, {
					input: input[invalidDiscriminatorKey],
					expected: /* @__PURE__ */ _joinExpects(expectedDiscriminators, "|"),
					path: [{
						type: "object",
						origin: "value",
						input,
						key: invalidDiscriminatorKey,
						value: input[invalidDiscriminatorKey]
					}]
				});
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/variant/variantAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function variantAsync(key, options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "variant",
		reference: variantAsync,
		expects: "Object",
		async: true,
		key,
		options,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				let outputDataset;
				let maxDiscriminatorPriority = 0;
				let invalidDiscriminatorKey = this.key;
				let expectedDiscriminators = [];
				const parseOptions = async (variant$1, allKeys) => {
					for (const schema of variant$1.options) {
						if (schema.type === "variant") await parseOptions(schema, new Set(allKeys).add(schema.key));
						else {
							let keysAreValid = true;
							let currentPriority = 0;
							for (const currentKey of allKeys) {
								const discriminatorSchema = schema.entries[currentKey];
								if (currentKey in input ? (await discriminatorSchema["~run"]({
									typed: false,
									value: input[currentKey]
								}, ABORT_EARLY_CONFIG)).issues : discriminatorSchema.type !== "exact_optional" && discriminatorSchema.type !== "optional" && discriminatorSchema.type !== "nullish") {
									keysAreValid = false;
									if (invalidDiscriminatorKey !== currentKey && (maxDiscriminatorPriority < currentPriority || maxDiscriminatorPriority === currentPriority && currentKey in input && !(invalidDiscriminatorKey in input))) {
										maxDiscriminatorPriority = currentPriority;
										invalidDiscriminatorKey = currentKey;
										expectedDiscriminators = [];
									}
									if (invalidDiscriminatorKey === currentKey) expectedDiscriminators.push(schema.entries[currentKey].expects);
									break;
								}
								currentPriority++;
							}
							if (keysAreValid) {
								const optionDataset = await schema["~run"]({ value: input }, config$1);
								if (!outputDataset || !outputDataset.typed && optionDataset.typed) outputDataset = optionDataset;
							}
						}
						if (outputDataset && !outputDataset.issues) break;
					}
				};
				await parseOptions(this, new Set([this.key]));
				if (outputDataset) return outputDataset;
				_addIssue(this, "type", dataset, config$1, {
					input: input[invalidDiscriminatorKey],
					expected: /* @__PURE__ */ _joinExpects(expectedDiscriminators, "|"),
					path: [{
						type: "object",
						origin: "value",
						input,
						key: invalidDiscriminatorKey,
						value: input[invalidDiscriminatorKey]
					}]
				});
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/void/void.ts
/* @__NO_SIDE_EFFECTS__ */
function void_(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "void",
		reference: void_,
		expects: "void",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value === void 0) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/methods/keyof/keyof.ts
/* @__NO_SIDE_EFFECTS__ */
function keyof(schema, message$1) {
	return /* @__PURE__ */ picklist(Object.keys(schema.entries), message$1);
}

//#endregion
//#region src/methods/message/message.ts
/**
* Changes the local message configuration of a schema.
*
* @param schema The schema to configure.
* @param message_ The error message.
*
* @returns The configured schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function message(schema, message_) {
	return _standardSchema({
		...schema,
		"~run"(dataset, config$1) {
			return schema["~run"](dataset, {
				...config$1,
				message: message_
			});
		}
	});
}

//#endregion
//#region src/methods/omit/omit.ts
/**
* Creates a modified copy of an object schema that does not contain the
* selected entries.
*
* @param schema The schema to omit from.
* @param keys The selected entries.
*
* @returns An object schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function omit(schema, keys) {
	const entries$1 = { ...schema.entries };
	for (const key of keys) delete entries$1[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/parse/parse.ts
/**
* Parses an unknown input based on a schema.
*
* @param schema The schema to be used.
* @param input The input to be parsed.
* @param config The parse configuration.
*
* @returns The parsed input.
*/
function parse(schema, input, config$1) {
	const dataset = schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	if (dataset.issues) throw new ValiError(dataset.issues);
	return dataset.value;
}

//#endregion
//#region src/methods/parse/parseAsync.ts
/**
* Parses an unknown input based on a schema.
*
* @param schema The schema to be used.
* @param input The input to be parsed.
* @param config The parse configuration.
*
* @returns The parsed input.
*/
async function parseAsync(schema, input, config$1) {
	const dataset = await schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	if (dataset.issues) throw new ValiError(dataset.issues);
	return dataset.value;
}

//#endregion
//#region src/methods/parser/parser.ts
/* @__NO_SIDE_EFFECTS__ */
function parser(schema, config$1) {
	const func = (input) => parse(schema, input, config$1);
	func.schema = schema;
	func.config = config$1;
	return func;
}

//#endregion
//#region src/methods/parser/parserAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function parserAsync(schema, config$1) {
	const func = (input) => parseAsync(schema, input, config$1);
	func.schema = schema;
	func.config = config$1;
	return func;
}

//#endregion
//#region src/methods/partial/partial.ts
/* @__NO_SIDE_EFFECTS__ */
function partial(schema, keys) {
	const entries$1 = {};
	for (const key in schema.entries) entries$1[key] = !keys || keys.includes(key) ? /* @__PURE__ */ optional(schema.entries[key]) : schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/partial/partialAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function partialAsync(schema, keys) {
	const entries$1 = {};
	for (const key in schema.entries) entries$1[key] = !keys || keys.includes(key) ? /* @__PURE__ */ optionalAsync(schema.entries[key]) : schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/pick/pick.ts
/**
* Creates a modified copy of an object schema that contains only the selected
* entries.
*
* @param schema The schema to pick from.
* @param keys The selected entries.
*
* @returns An object schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function pick(schema, keys) {
	const entries$1 = {};
	for (const key of keys) entries$1[key] = schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/pipe/pipe.ts
/* @__NO_SIDE_EFFECTS__ */
function pipe(...pipe$1) {
	return _standardSchema({
		...pipe$1[0],
		pipe: pipe$1,
		"~run"(dataset, config$1) {
			for (const item of pipe$1) if (item.kind !== "metadata") {
				if (dataset.issues && (item.kind === "schema" || item.kind === "transformation")) {
					dataset.typed = false;
					break;
				}
				if (!dataset.issues || !config$1.abortEarly && !config$1.abortPipeEarly) dataset = item["~run"](dataset, config$1);
			}
			return dataset;
		}
	});
}

//#endregion
//#region src/methods/pipe/pipeAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function pipeAsync(...pipe$1) {
	return _standardSchema({
		...pipe$1[0],
		pipe: pipe$1,
		async: true,
		async "~run"(dataset, config$1) {
			for (const item of pipe$1) if (item.kind !== "metadata") {
				if (dataset.issues && (item.kind === "schema" || item.kind === "transformation")) {
					dataset.typed = false;
					break;
				}
				if (!dataset.issues || !config$1.abortEarly && !config$1.abortPipeEarly) dataset = await item["~run"](dataset, config$1);
			}
			return dataset;
		}
	});
}

//#endregion
//#region src/methods/required/required.ts
/* @__NO_SIDE_EFFECTS__ */
function required(schema, arg2, arg3) {
	const keys = Array.isArray(arg2) ? arg2 : void 0;
	const message$1 = Array.isArray(arg2) ? arg3 : arg2;
	const entries$1 = {};
	for (const key in schema.entries) entries$1[key] = !keys || keys.includes(key) ? /* @__PURE__ */ nonOptional(schema.entries[key], message$1) : schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/required/requiredAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function requiredAsync(schema, arg2, arg3) {
	const keys = Array.isArray(arg2) ? arg2 : void 0;
	const message$1 = Array.isArray(arg2) ? arg3 : arg2;
	const entries$1 = {};
	for (const key in schema.entries) entries$1[key] = !keys || keys.includes(key) ? /* @__PURE__ */ nonOptionalAsync(schema.entries[key], message$1) : schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/safeParse/safeParse.ts
/**
* Parses an unknown input based on a schema.
*
* @param schema The schema to be used.
* @param input The input to be parsed.
* @param config The parse configuration.
*
* @returns The parse result.
*/
/* @__NO_SIDE_EFFECTS__ */
function safeParse(schema, input, config$1) {
	const dataset = schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	return {
		typed: dataset.typed,
		success: !dataset.issues,
		output: dataset.value,
		issues: dataset.issues
	};
}

//#endregion
//#region src/methods/safeParse/safeParseAsync.ts
/**
* Parses an unknown input based on a schema.
*
* @param schema The schema to be used.
* @param input The input to be parsed.
* @param config The parse configuration.
*
* @returns The parse result.
*/
/* @__NO_SIDE_EFFECTS__ */
async function safeParseAsync(schema, input, config$1) {
	const dataset = await schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	return {
		typed: dataset.typed,
		success: !dataset.issues,
		output: dataset.value,
		issues: dataset.issues
	};
}

//#endregion
//#region src/methods/safeParser/safeParser.ts
/* @__NO_SIDE_EFFECTS__ */
function safeParser(schema, config$1) {
	const func = (input) => /* @__PURE__ */ safeParse(schema, input, config$1);
	func.schema = schema;
	func.config = config$1;
	return func;
}

//#endregion
//#region src/methods/safeParser/safeParserAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function safeParserAsync(schema, config$1) {
	const func = (input) => /* @__PURE__ */ safeParseAsync(schema, input, config$1);
	func.schema = schema;
	func.config = config$1;
	return func;
}

//#endregion
//#region src/methods/summarize/summarize.ts
/**
* Summarize the error messages of issues in a pretty-printable multi-line string.
*
* @param issues The list of issues.
*
* @returns A summary of the issues.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function summarize(issues) {
	let summary = "";
	for (const issue of issues) {
		if (summary) summary += "\n";
		summary += `× ${issue.message}`;
		const dotPath = /* @__PURE__ */ getDotPath(issue);
		if (dotPath) summary += `\n  → at ${dotPath}`;
	}
	return summary;
}

//#endregion
//#region src/methods/unwrap/unwrap.ts
/**
* Unwraps the wrapped schema.
*
* @param schema The schema to be unwrapped.
*
* @returns The unwrapped schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function unwrap(schema) {
	return schema.wrapped;
}

//#endregion

;// CONCATENATED MODULE: ./lib/github/event.js

const NUMBER = pipe(number(), integer(), minValue(1));
const WITH_NUMBER = object({ number: NUMBER });
const ID = optional(object({ id: optional(unknown()) }));
const LISTED = object({
    pull_requests: array(object({ number: NUMBER, base: optional(object({ repo: ID })) })),
});
const PAYLOAD = object({
    repository: fallback(ID, undefined),
    pull_request: fallback(optional(WITH_NUMBER), undefined),
    issue: fallback(optional(object({ number: NUMBER, pull_request: object({}) })), undefined),
    workflow_run: fallback(optional(LISTED), undefined),
    check_run: fallback(optional(LISTED), undefined),
    check_suite: fallback(optional(LISTED), undefined),
    merge_group: fallback(optional(object({ head_ref: string() })), undefined),
});
function pullRequestsOfEvent(env, readFile) {
    const path = env['GITHUB_EVENT_PATH'];
    if (!path)
        return { numbers: [] };
    try {
        const json = JSON.parse(readFile(path));
        const payload = safeParse(PAYLOAD, Array.isArray(json) ? undefined : json);
        return payload.success ? { numbers: numbersIn(payload.output) } : unreadable('it is not a JSON object');
    }
    catch (error) {
        return unreadable(error instanceof SyntaxError ? 'it is not JSON' : 'there is no such file');
    }
}
function unreadable(why) {
    return { numbers: [], problem: `the event of the run (GITHUB_EVENT_PATH) could not be read: ${why}` };
}
function numbersIn({ repository, pull_request, issue, merge_group, ...rest }) {
    const direct = pull_request?.number ?? issue?.number ?? queued(merge_group?.head_ref);
    if (direct !== undefined)
        return [direct];
    const listed = [rest.workflow_run, rest.check_run, rest.check_suite].flatMap((part) => part?.pull_requests ?? []);
    const ours = listed.filter(({ base }) => base?.repo?.id === undefined || base.repo.id === repository?.id);
    return [...new Set(ours.map(({ number }) => number))];
}
function queued(ref) {
    const [, number] = /\/gh-readonly-queue\/.+\/pr-(\d{1,10})-[0-9a-f]+$/.exec(ref ?? '') ?? [];
    return number === undefined ? undefined : Number(number);
}

// EXTERNAL MODULE: ./lib/http/proxies.js
var proxies = __nccwpck_require__(192);
// EXTERNAL MODULE: ./lib/lib/format.js
var format = __nccwpck_require__(720);
;// CONCATENATED MODULE: ./lib/providers/shared/address.js
function parseAddress(text) {
    let url;
    try {
        url = new URL(text);
    }
    catch {
        return 'is not a URL; write it with https://';
    }
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
        return 'must begin with https:// (http:// only for loopback addresses)';
    }
    if (url.username !== '' || url.password !== '')
        return 'must not contain a user name or password';
    if (url.search !== '' || url.hash !== '')
        return 'must not contain a query or a fragment';
    return url;
}
function isLoopback(url) {
    return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname);
}
function foreignHost(provider, what, url, why) {
    if (isLoopback(url) || `.${url.hostname}`.endsWith(provider.homeDomain))
        return [];
    return [`${what} to ${url.host}, which is not a host of ${provider.name}, because ${why}`];
}

;// CONCATENATED MODULE: ./lib/inputs/defaults.js
const COMMON_INPUTS = {
    provider: '',
    resource: 'deployment',
    'deployment-id': '',
    name: '',
    'pull-request': 'closed',
    label: 'any',
    'unused-for': '0s',
    'older-than': '0s',
    status: 'any',
    'keep-latest': '0',
    protect: 'none',
    allow: 'none',
    'max-deletions': '10',
    'dry-run': 'false',
    'if-not-found': 'warn',
    wait: 'true',
    timeout: '15m',
    defer: 'false',
    'api-url': '',
    'github-token': '',
    comment: 'false',
    'github-environment': '',
    summary: 'true',
};
function inputDefaults(providers) {
    const own = providers.flatMap(({ ownInputs }) => Object.entries(ownInputs));
    return { ...COMMON_INPUTS, ...Object.fromEntries(own.map(([name, input]) => [name, input.default])) };
}

;// CONCATENATED MODULE: ./lib/inputs/foreign-text.js

const TEXT = fallback(optional(string()), undefined);
const TITLED = fallback(optional(object({ title: TEXT, head: fallback(optional(object({ ref: TEXT, label: TEXT })), undefined) })), undefined);
const foreign_text_PAYLOAD = object({
    pull_request: TITLED,
    issue: TITLED,
    workflow_run: fallback(optional(object({ head_branch: TEXT, display_title: TEXT })), undefined),
});
function refuseForeignText(reader, sources, names) {
    const texts = foreignTexts(sources).filter((text) => /[,\r\n]/.test(text));
    for (const name of names) {
        const value = reader.text(name);
        if (value.startsWith('[') || !texts.some((text) => value.includes(text)))
            continue;
        reader.mistake(`'${name}' holds a text of the event that anybody can choose, such as the name of a branch, and a comma or line break in it would make several IDs of one; pass it as a JSON array: \${{ format('[{0}]', toJSON(github.head_ref)) }}`);
    }
}
function foreignTexts({ env, readFile }) {
    const texts = [env['GITHUB_HEAD_REF'], env['GITHUB_REF_NAME']];
    try {
        const json = JSON.parse(readFile(env['GITHUB_EVENT_PATH'] ?? ''));
        const payload = safeParse(foreign_text_PAYLOAD, json);
        if (payload.success) {
            const { pull_request: pull, issue, workflow_run: run } = payload.output;
            texts.push(pull?.title, pull?.head?.ref, pull?.head?.label, issue?.title, run?.head_branch, run?.display_title);
        }
    }
    catch {
    }
    return texts.flatMap((text) => (text === undefined || text.trim() === '' ? [] : [text.trim()]));
}

;// CONCATENATED MODULE: ./lib/inputs/notices.js

function noticesFor({ definition, settings, notices }, reader) {
    return [
        ...(reader.isGiven('api-url')
            ? foreignHost(definition, 'the credentials go', settings.apiUrl, "'api-url' says so")
            : []),
        ...notices,
        ...(reader.variable('NODE_TLS_REJECT_UNAUTHORIZED') === '0'
            ? [
                'NODE_TLS_REJECT_UNAUTHORIZED is 0, so no certificate is checked, and whoever is on the way can read the credentials: remove it, and name your own CA in NODE_EXTRA_CA_CERTS',
            ]
            : []),
    ];
}

;// CONCATENATED MODULE: ./lib/inputs/pull-request.js

const LARGEST = 2 ** 31 - 1;
function readPullRequest(reader) {
    const value = reader.text('pull-request');
    if (value === 'closed')
        return value;
    const number = /^[1-9]\d{0,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number <= LARGEST)
        return number;
    reader.mistake(`'pull-request' is ${(0,format/* quoted */.TL)(value)}; allowed: closed, or the number of a pull request, such as \${{ github.event.pull_request.number }}`);
    return 'closed';
}

;// CONCATENATED MODULE: ./lib/inputs/duration.js
const UNIT_MS = {
    s: 1000,
    m: 60_000,
    h: 3_600_000,
    d: 86_400_000,
    w: 604_800_000,
};
const LONGEST_MS = 3653 * 86_400_000;
function parseDuration(text) {
    if (!/^(\d{1,9}[smhdw])+$/.test(text))
        return undefined;
    const parts = [...text.matchAll(/(\d+)([smhdw])/g)];
    const ms = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN), 0);
    return ms <= LONGEST_MS ? ms : undefined;
}

;// CONCATENATED MODULE: ./lib/providers/settings-reader.js
const wholeText = (text) => [text];

;// CONCATENATED MODULE: ./lib/inputs/texts.js



function createTexts({ env, readFile }, providers, mistake) {
    const defaults = inputDefaults(providers);
    const declared = secretSources(providers);
    const input = (name) => {
        const fallback = defaults[name];
        if (fallback === undefined)
            throw new Error(`'${name}' is no input`);
        const given = env[`INPUT_${name.toUpperCase()}`]?.trim();
        if (given === '' && fallback !== '')
            mistake(`'${name}' is empty; remove it to use the default ${fallback}`);
        return given || fallback;
    };
    const variable = (name) => env[name]?.trim() ?? '';
    const file = (name) => {
        try {
            return readFile(variable(name));
        }
        catch {
            return undefined;
        }
    };
    const notSecret = (name) => {
        if (declared.inputs.has(name) || declared.variables.has(name))
            throw new Error(`${name} is a secret`);
        return name;
    };
    const secrets = [
        ...[...declared.inputs].flatMap(([name, find]) => find(input(name))),
        ...[...declared.variables].flatMap(([name, find]) => find(variable(name))),
        ...[...declared.files].flatMap(([name, find]) => (variable(name) === '' ? [] : find(file(name) ?? ''))),
        ...misplacedSecrets(env, providers),
        ...(0,proxies/* proxySecrets */.Wm)(env),
    ];
    return {
        defaults,
        file,
        text: (name) => input(notSecret(name)),
        variable: (name) => variable(notSecret(name)),
        secret(name) {
            if (declared.inputs.has(name))
                return input(name);
            if (declared.variables.has(name))
                return variable(name);
            throw new Error(`${name} is not declared as a secret`);
        },
        isGiven: (name) => input(name) !== defaults[name],
        secrets: [...new Set(secrets.map((secret) => secret.trim()))].filter((secret) => secret !== ''),
    };
}
function misplacedSecrets(env, providers) {
    const given = Object.entries(env).flatMap(([name, text]) => (name.startsWith('INPUT_') ? (text ?? []) : []));
    return providers.flatMap(({ misplacedSecrets: find = () => [] }) => given.flatMap(find));
}
function secretSources(providers) {
    const inputs = new Map([['github-token', wholeText]]);
    const variables = new Map();
    const files = new Map();
    for (const { ownInputs, secretVariables, secretFiles = {} } of providers) {
        for (const [name, { secrets }] of Object.entries(ownInputs))
            if (secrets !== undefined)
                inputs.set(name, secrets);
        for (const [name, find] of Object.entries(secretVariables))
            variables.set(name, find);
        for (const [name, find] of Object.entries(secretFiles))
            files.set(name, find);
    }
    return { inputs, variables, files };
}

;// CONCATENATED MODULE: ./lib/inputs/reader.js



const LARGEST_NUMBER = 1_000_000;
function createReader(sources, providers) {
    const mistakes = [];
    const mistake = (text) => {
        if (!mistakes.includes(text))
            mistakes.push(text);
    };
    const { text, variable, secret, file, isGiven, defaults, secrets } = createTexts(sources, providers, mistake);
    const entries = (name, separator) => {
        const value = text(name);
        const list = distinct(value.split(separator));
        if (value !== '' && list.length === 0)
            mistake(`'${name}' has no entry, only separators`);
        return list;
    };
    const oneOf = (name, allowed) => {
        const value = text(name);
        const found = allowed.find((candidate) => candidate === value);
        if (found !== undefined)
            return found;
        mistake(value === '' ? `'${name}' is required: ${allowed.join(', ')}` : wrong(name, value, allowed.join(', ')));
        return undefined;
    };
    return {
        text,
        variable,
        secret,
        isGiven,
        secrets,
        mistake,
        mistakes,
        oneOf,
        now: sources.now,
        file(name) {
            const content = file(name);
            if (content === undefined)
                mistake(`${name} names a file that cannot be read`);
            return content;
        },
        flag: (name) => oneOf(name, ['true', 'false']) === 'true',
        wholeNumber(name, least) {
            const value = text(name);
            const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
            if (number >= least && number <= LARGEST_NUMBER)
                return number;
            mistake(wrong(name, value, `whole numbers from ${least} to ${LARGEST_NUMBER}`));
            return Number(defaults[name]);
        },
        duration(name) {
            const value = text(name);
            const ms = parseDuration(value);
            if (ms !== undefined)
                return ms;
            mistake(wrong(name, value, 'durations such as 90s, 30m, 72h, 14d, 2w or 1d12h'));
            return parseDuration(defaults[name] ?? '') ?? 0;
        },
        list: (name) => entries(name, /[\r\n,]/),
        lines: (name) => entries(name, /[\r\n]/),
        ids(name) {
            if (!text(name).startsWith('['))
                return entries(name, /[\r\n,]/);
            const ids = parseTexts(text(name));
            if (ids === undefined) {
                mistake(`'${name}' begins with [ but is not a JSON array of texts, such as ["a", "b"]; without brackets, write one per line`);
            }
            else if (ids.length === 0)
                mistake(`'${name}' is an empty list: nothing says what to delete, so nothing is deleted`);
            return ids ?? [];
        },
    };
}
function parseTexts(json) {
    try {
        const parsed = JSON.parse(json);
        if (!Array.isArray(parsed) || !parsed.every((each) => typeof each === 'string'))
            return undefined;
        return distinct(parsed);
    }
    catch {
        return undefined;
    }
}
function distinct(texts) {
    return [...new Set(texts.map((each) => each.trim()).filter((each) => each !== ''))];
}
function wrong(name, value, allowed) {
    return `'${name}' is ${(0,format/* quoted */.TL)(value)}; allowed: ${allowed}`;
}

// EXTERNAL MODULE: ./lib/providers/target.js
var providers_target = __nccwpck_require__(669);
;// CONCATENATED MODULE: ./lib/sweep/pattern.js
const MAX_NUMBERS = 8;
function parsePattern(source) {
    const tokens = [...source.matchAll(/\{pr\}|[\s\S]/gu)].map(([text]) => {
        if (text === '{pr}')
            return { kind: 'digits' };
        if (text === '*')
            return { kind: 'any-run' };
        return text === '?' ? { kind: 'any-character' } : { kind: 'character', character: text };
    });
    return { source, tokens };
}
function isLiteral({ tokens }) {
    return tokens.every(({ kind }) => kind === 'character');
}
function matchPattern(pattern, name) {
    const characters = [...name];
    let reached = new Map([[0, new Set()]]);
    for (const token of pattern.tokens) {
        const next = new Map();
        for (const [place, numbers] of reached)
            advance(token, characters, place, numbers, next);
        reached = token.kind === 'any-run' ? spread(next, characters.length) : next;
    }
    const found = reached.get(characters.length);
    return { matches: found !== undefined, numbers: found === undefined ? [] : [...found] };
}
function advance(token, characters, place, numbers, next) {
    switch (token.kind) {
        case 'any-run':
            next.set(place, numbers);
            break;
        case 'any-character':
            if (place < characters.length)
                next.set(place + 1, numbers);
            break;
        case 'character':
            if (characters[place] === token.character)
                next.set(place + 1, numbers);
            break;
        case 'digits': {
            if (isDigit(characters[place - 1]))
                break;
            let end = place;
            while (isDigit(characters[end]))
                end++;
            const number = Number(characters.slice(place, end).join(''));
            if (end > place && Number.isSafeInteger(number))
                next.set(end, new Set([...numbers, number]));
        }
    }
}
function spread(places, length) {
    const all = new Map();
    let numbers;
    for (let place = 0; place <= length; place++) {
        const here = places.get(place);
        if (here !== undefined)
            numbers = numbers === undefined ? here : join(numbers, here);
        if (numbers !== undefined)
            all.set(place, numbers);
    }
    return all;
}
function join(a, b) {
    return a.size > MAX_NUMBERS || b.size === 0 ? a : a.union(b);
}
function isDigit(character) {
    return character !== undefined && character >= '0' && character <= '9';
}

;// CONCATENATED MODULE: ./lib/providers/errors.js
class ProviderError extends Error {
    name = 'ProviderError';
    scope;
    exchange;
    constructor(scope, message, exchange) {
        super(message);
        this.scope = scope;
        this.exchange = exchange;
    }
}
class UnclearAnswer extends Error {
    name = 'UnclearAnswer';
    exchange;
    constructor(message, exchange) {
        super(message);
        this.exchange = exchange;
    }
}

;// CONCATENATED MODULE: ./lib/providers/shared/paths.js

function withSuffix(url, suffix) {
    const path = url.pathname.replace(/\/+$/, '');
    return new URL(url.origin + (path.endsWith(suffix) ? path : path + suffix));
}
function below(base, path) {
    return new URL(base.origin + base.pathname.replace(/\/+$/, '') + path);
}
function segment(id, taken = []) {
    const isName = id === '' || id === '.' || id === '..' || taken.includes(id);
    if (isName || !id.isWellFormed())
        throw new ProviderError('target', `'${id}' cannot be an ID`);
    return encodeURIComponent(id);
}
function canBeSegment(text) {
    return text !== '.' && text !== '..' && /^[^\s/\\?#%\p{C}]{1,256}$/u.test(text);
}

;// CONCATENATED MODULE: ./lib/providers/shared/id-problem.js

const NO_VALUE = /^(?:null|undefined|nan|nil|none|\(null\)|<nil>|\[?object(?: \w+)?\]?|true|false|\*{3})$/i;
const NO_VALUE_INSIDE = /(?:^|[-_.])(?:undefined|null|NaN|\[object \w+\])(?:$|[-_.])/i;
const YAML_NUMBER = /^[-+]?(?:infinity|\.?inf|\d+(?:\.\d+)?e\+\d+)$/i;
const QUOTE = /["'`\u2018\u2019\u201c\u201d\u00ab\u00bb]/;
const PROBLEMS = [
    [YAML_NUMBER, 'is what YAML makes of an unquoted number: put the ID in quotes'],
    [/^\*{3}$/, 'is what GitHub shows in place of a secret: an ID that holds one cannot be handed on'],
    [NO_VALUE, 'is what an expression or a script gives where there is no value; check where it comes from'],
    [
        NO_VALUE_INSIDE,
        'has a part that an expression or a script gives where there is no value; check where it comes from',
    ],
    [/\$\{\{|\{\{|\}\}/, `has an expression that GitHub did not evaluate; an expression is \${{ … }}`],
    [
        /\$\(|^\$\{?[\w:]+\}?$|\$[A-Za-z_{]|^%\w+%$/,
        `looks like a shell variable that was not expanded: use \${{ env.NAME }} or \${{ steps.ID.outputs.NAME }}`,
    ],
    [
        /^(?:env|github|inputs|job|jobs|matrix|needs|runner|secrets|steps|strategy|vars)\.[\w.-]+$/,
        `is an expression without its marks: write \${{ … }} around it`,
    ],
    [/^(?:n\/a|tbd|todo|your[-_].*)$/i, 'is a placeholder; write the ID in its place'],
    [/^[-_]+$/, 'has no letter and no digit'],
    [/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, 'has an invisible character in it; type the ID anew'],
    [/^\{\s*"/, 'is a JSON object; write the ID alone'],
    [/^<[^>]*>$|^\{[^}]*\}$/, 'is a placeholder; write the ID in its place'],
    [/:\/\//, 'is a URL; the ID is its last part'],
    [/[/\\]/, 'is a path; the ID is its last part'],
    [new RegExp(`^${QUOTE.source}|${QUOTE.source}$`), 'is in quotes; write the ID without them'],
    [QUOTE, 'has a quotation mark in it'],
    [/^[[{].*[\]}]$|^[[{]|[\]}]$/, 'has brackets; several IDs are written one per line, or as a JSON array of texts'],
    [/^[-+*\u2022]\s/, 'begins with a bullet; write the ID alone'],
    [/^#|\s#/, 'has a comment in it: inside a block or quotes, YAML leaves comments in'],
    [/^!/, "begins with '!': exclusions belong to 'name'; leave the ID out"],
    [/[*?]/, "is a pattern: patterns belong in 'name', and IDs are whole"],
    [/=|:\s/, 'has something in front of it; write the ID alone'],
    [/[;|]/, 'has several IDs in it; write one per line or separate them with commas'],
    [/,/, 'has a comma in it, which no ID has'],
    [/\w[.:]$/, 'ends with a punctuation mark; write the ID alone'],
    [/[\s\u00a0]/, 'has a blank in it; write one ID per line or separate them with commas'],
];
const WORDS = /^(?:all|any|latest|everything)$/i;
function idTextProblem(text, what = 'an ID') {
    if (what === 'an ID' && WORDS.test(text))
        return 'is not an ID: no word stands for a deployment here';
    const [, why] = PROBLEMS.find(([pattern]) => pattern.test(text)) ?? [];
    if (why !== undefined)
        return `cannot be ${what}: it ${why}`;
    return canBeSegment(text) ? undefined : `cannot be ${what}`;
}

;// CONCATENATED MODULE: ./lib/inputs/pattern-problem.js


const QUOTES = /^["'`\u2018\u2019\u201c\u201d\u00ab\u00bb]+|["'`\u2018\u2019\u201c\u201d\u00ab\u00bb]+$/g;
const PR_WORD = /^(?:pr|pull|number|num|n|id|issue|pull[-_ .]?request)(?:[-_ .]?(?:number|id|nr|no))?$/i;
const RULES = [
    comment,
    bullet,
    inQuotes,
    severalOnALine,
    foreignBraces,
    regularExpression,
    failedInterpolation,
    invisible,
];
function patternProblem(line) {
    for (const rule of RULES) {
        const problem = rule(line);
        if (problem !== undefined && (0,format/* isTooLongToShow */.fK)(line))
            return UNREADABLE;
        if (problem !== undefined)
            return { ...problem, write: problem.write.every(isClean) ? problem.write : [] };
    }
    return undefined;
}
const UNREADABLE = {
    what: 'cannot be read as a pattern: * is any run of characters, ? is one, and each line has one pattern',
    write: [],
};
function isClean(line) {
    return line !== '' && RULES.every((rule) => rule(line) === undefined);
}
function comment(line) {
    if (line.startsWith('#'))
        return { what: 'is a comment; remove it: inside a block, YAML leaves comments in', write: [] };
    const at = line.search(/\s#/);
    if (at < 0)
        return undefined;
    return {
        what: 'has a comment in it: inside a block or quotes, YAML leaves comments in',
        write: [line.slice(0, at).trim()],
    };
}
function bullet(line) {
    const [mark] = /^(?:[-+*\u2022]|\d+[.)])\s+/.exec(line) ?? [];
    return mark === undefined ? undefined : { what: 'begins with a bullet', write: [line.slice(mark.length)] };
}
function inQuotes(line) {
    const inner = line.replace(QUOTES, '');
    return inner === line ? undefined : { what: 'is in quotes', write: [inner.trim()] };
}
function severalOnALine(line) {
    const what = 'has several patterns on one line; write one per line';
    if (line.includes('\\n')) {
        return {
            what: "has \\n in it, which is not a line break here; write a block that begins with '|'",
            write: partsOf(line, /\\n/),
        };
    }
    if (/^\[.*\]$/.test(line))
        return { what: 'is a list in brackets; write one pattern per line', write: partsOf(line, /[,[\]]/) };
    if (/[,\uff0c]/.test(line.replace(/\{[^{}]*\}/g, '')))
        return { what, write: partsOf(line, /[,\uff0c]/) };
    if (partsOf(line, /;/).length > 1)
        return { what, write: partsOf(line, /;/) };
    const words = partsOf(line, /\s+/);
    if (words.filter((word) => /[*?]|\{pr\}/.test(word)).length < 2)
        return undefined;
    return { what: `${what}. A folded block ('>') joins lines: use '|'`, write: words };
}
function partsOf(line, separator) {
    const parts = line.split(separator).map((part) => part.trim().replace(QUOTES, ''));
    return parts.filter((part) => part !== '');
}
function foreignBraces(line) {
    const rest = line.replaceAll('{pr}', '');
    if (/\$\{\{|\{\{|\}\}/.test(line)) {
        return { what: `has an expression that GitHub did not evaluate; an expression is \${{ … }}`, write: [] };
    }
    const [found, , word = ''] = /([$#%@]?)[{<]([^{}<>]*)[}>]/.exec(withoutPr(line)) ?? [];
    if (found !== undefined) {
        const isNumber = PR_WORD.test(word.trim());
        const list = word.split(',').map((each) => each.trim());
        const write = isNumber
            ? [line.replace(found, '{pr}')]
            : list.length > 1
                ? list.map((each) => line.replace(found, each))
                : [];
        const number = isNumber ? '; the number of a closed pull request is {pr}' : '';
        return { what: `has ${found}, which stands for nothing here${number}`, write };
    }
    if (/[{}]/.test(rest))
        return { what: "has a brace; '?' stands for one in a name", write: [withoutBraces(line)] };
    const [variable] = /\$\w+|%\w+%|%[sd]\b/.exec(line) ?? [];
    if (variable === undefined)
        return undefined;
    return { what: `has ${variable}, which nothing replaces here: use \${{ env.NAME }}`, write: [] };
}
function withoutPr(line) {
    return line.replace(/(?<![$#%@])\{pr\}/g, '');
}
function withoutBraces(line) {
    return line.replaceAll('{pr}', '\0').replace(/[{}]/g, '?').replaceAll('\0', '{pr}');
}
const GLOBS = 'patterns are globs, not regular expressions: * is any run of characters, ? is one';
function regularExpression(line) {
    const [mark] = /\\.?|[|[\]()+^$]/.exec(line) ?? [];
    if (mark === undefined)
        return undefined;
    return { what: `looks like a regular expression ('${mark}'); ${GLOBS}`, write: globsOf(line) };
}
function globsOf(expression) {
    if (/[!?@+*]\(/.test(expression))
        return [];
    const body = expression
        .replace(/^\/(.*)\/[a-z]*$/, '$1')
        .replace(/^\^/, '')
        .replace(/\$$/, '');
    const choice = /\(([^()]*)\)|\[(\w+)\]/.exec(body);
    if (choice !== null) {
        const options = choice[1]?.replace(/^\?:/, '').split('|') ?? [...(choice[2] ?? '')];
        return options.length > 4 ? [] : options.flatMap((each) => globsOf(body.replace(choice[0], each)));
    }
    if (body.includes('|'))
        return body.split('|').flatMap(globsOf);
    return [
        body
            .replace(/(?:\\d|\[0-9\])[+*]/g, '{pr}')
            .replace(/\\[wS][+*]|\.[*]/g, '*')
            .replace(/\.\+/g, '?*')
            .replace(/\\[dw]|(?<!\\)\./g, '?')
            .replace(/\\([.\-_/])/g, '$1'),
    ];
}
function failedInterpolation(line) {
    if (!NO_VALUE.test(line))
        return undefined;
    return {
        what: 'is what an expression or a script gives where there is no value; check where it comes from',
        write: [],
    };
}
function invisible(line) {
    if (!/[\p{C}\u00a0\u2000-\u200f\u2028-\u202f\u3000]/u.test(line))
        return undefined;
    return { what: "has an invisible character; write it again, or '?' in its place", write: [] };
}

;// CONCATENATED MODULE: ./lib/inputs/groups.js



function readTargetGroups(reader, kind) {
    const { groups } = kind.names;
    if (groups === undefined)
        return [];
    return readLines(reader, kind).map((line) => {
        if (isPattern(line)) {
            reader.mistake(`'${groups.input}' has ${(0,format/* quoted */.TL)(line)}: patterns of a ${groups.noun} are for a sweep by 'name'; with '${kind.names.ids}', write IDs`);
        }
        return line;
    });
}
function readGroupPatterns(reader, kind) {
    return readLines(reader, kind).map((line) => parsePattern(line));
}
function isPattern(line) {
    return !isLiteral(parsePattern(line));
}
function readLines(reader, { provider, names }) {
    const { groups } = names;
    if (groups === undefined)
        return [];
    const lines = reader.ids(groups.input);
    for (const line of lines) {
        const id = line.replaceAll('{pr}', '1').replace(/[*?]+/g, '0');
        const asPattern = isPattern(line) || /[{}]/.test(line) ? patternProblem(line)?.what : undefined;
        const problem = asPattern ?? (isPattern(line) && id.length < 3 ? undefined : provider.idProblem(groups.resource, id));
        if (problem !== undefined)
            reader.mistake(`'${groups.input}' has ${(0,format/* quoted */.TL)(line)}, which ${problem}`);
    }
    return lines;
}

// EXTERNAL MODULE: ./lib/lib/redaction.js
var redaction = __nccwpck_require__(214);
;// CONCATENATED MODULE: ./lib/sweep/labels.js


const LONGEST_VALUE = 1000;
function parseLabel(source) {
    const excludes = source.startsWith('!');
    const line = excludes ? source.slice(1) : source;
    const at = line.indexOf('=');
    if (at < 0)
        return 'has no =: write key=value';
    const [key, value] = [line.slice(0, at), line.slice(at + 1)];
    if (key === '')
        return 'has no key before the =: write key=value';
    if (value === '')
        return 'has no value after the =, perhaps because an expression came out empty';
    if (key !== key.trim() || value !== value.trim())
        return 'has spaces around the ! or the =; write it without';
    if (/[*?{}]/.test(key))
        return 'has a pattern in its key: only the value can have one';
    if (excludes && value.includes('{pr}'))
        return 'excludes {pr}, which cannot be excluded';
    return { source, key, value: parsePattern(value), excludes };
}
function matchLabels(labels, patterns) {
    if (labels === undefined)
        return { kind: 'unreadable', why: 'its labels are not shown' };
    const found = patterns.map((pattern) => ({ pattern, value: readValue(labels ?? {}, pattern.key) }));
    for (const { pattern, value } of found) {
        if (value.kind === 'unreadable')
            return { kind: 'unreadable', why: `its label ${pattern.key} ${value.why}` };
        if (!pattern.excludes)
            continue;
        if (value.kind === 'nested') {
            return { kind: 'unreadable', why: `its label ${pattern.key} is nested, so '${pattern.source}' cannot be checked` };
        }
        if (isExcluded(value, pattern))
            return { kind: 'none', why: `'${pattern.source}' in 'label' excludes it` };
    }
    const numbers = new Set();
    for (const { pattern, value } of found) {
        if (pattern.excludes)
            continue;
        const match = value.kind === 'text' ? matchPattern(pattern.value, value.text) : undefined;
        if (match?.matches !== true)
            return { kind: 'none', why: `no label of it is '${pattern.source}'` };
        for (const number of match.numbers)
            numbers.add(number);
    }
    const by = found.flatMap(({ pattern, value }) => pattern.excludes || value.kind !== 'text' ? [] : [`${pattern.key}=${value.text}`]);
    return { kind: 'matches', numbers: [...numbers], by };
}
function labelTexts(labels) {
    return Object.keys(labels).flatMap((key) => {
        const value = readValue(labels, key);
        return value.kind === 'text' ? [`${key}=${value.text}`] : [];
    });
}
function readValue(labels, key) {
    if (!Object.hasOwn(labels, key))
        return { kind: 'missing' };
    const value = labels[key];
    switch (typeof value) {
        case 'string':
            if (value.length > LONGEST_VALUE) {
                return { kind: 'unreadable', why: `is ${value.length} characters long, so it cannot be checked` };
            }
            if (value.includes(redaction/* MASK */.v))
                return { kind: 'unreadable', why: 'holds a secret, so it cannot be checked' };
            return { kind: 'text', text: value };
        case 'number':
            if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
                return { kind: 'unreadable', why: 'is a number too large to be compared; make it a text' };
            }
            return { kind: 'text', text: String(value), number: value };
        case 'boolean':
            return { kind: 'text', text: String(value) };
        default:
            return { kind: value === null ? 'null' : 'nested' };
    }
}
function isExcluded(value, { value: pattern }) {
    if (value.kind === 'null')
        return matchPattern(pattern, 'null').matches;
    if (value.kind !== 'text')
        return false;
    return (matchPattern(pattern, value.text).matches || (value.number !== undefined && value.number === Number(pattern.source)));
}

;// CONCATENATED MODULE: ./lib/inputs/labels.js



function readLabels(reader) {
    const lines = reader.lines('label');
    if (lines.length === 1 && lines[0] === 'any')
        return [];
    const labels = lines.flatMap((line) => {
        const label = parseLabel(line);
        const problem = typeof label === 'string' ? label : labels_unreadable(label);
        if (typeof label !== 'string' && problem === undefined)
            return label;
        reader.mistake(`'label' has ${(0,format/* quoted */.TL)(line)}, which ${problem}`);
        return [];
    });
    if (labels.length > 0 && labels.every(({ excludes }) => excludes) && reader.text('name') === '') {
        reader.mistake("'label' only excludes: add a label of what to delete, or patterns in 'name'");
    }
    return labels;
}
function labels_unreadable({ source, value }) {
    const isSwitch = /^(?:true|false)$/i.test(value.source);
    return (patternProblem(source.replace('!', '')) ?? (isSwitch ? undefined : patternProblem(value.source)))?.what;
}
function refuseKeys(reader, prefix, plural) {
    for (const line of reader.lines('label')) {
        const [, sign = '', rest = ''] = /^(!?)(.*)$/.exec(line) ?? [];
        if (line === 'any' || rest.startsWith(prefix))
            continue;
        reader.mistake(`'label' has ${(0,format/* quoted */.TL)(line)}, but each label of ${plural} begins with ${prefix}. Write ${(0,format/* quoted */.TL)(`${sign}${prefix}${rest}`)}`);
    }
}
function refuseLabels(reader, { provider, resource, names }) {
    if (!reader.isGiven('label'))
        return;
    if (names.labels !== undefined) {
        refuseKeys(reader, names.labels.keyPrefix, names.plural);
        return;
    }
    reader.mistake(`'label' does not go with 'resource: ${resource}': ${names.plural} of ${provider.name} have no labels; remove it`);
}

;// CONCATENATED MODULE: ./lib/inputs/patterns.js



function readNamePatterns(reader, kind) {
    const lines = reader.lines('name');
    const include = lines.filter((line) => !line.startsWith('!'));
    const exclude = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1).trim());
    if (lines.length > 0 && include.length === 0 && !reader.isGiven('label')) {
        reader.mistake("'name' only excludes: add a pattern of what to delete, such as *");
    }
    for (const line of exclude) {
        if (line === '')
            reader.mistake("'name' has '!' without a pattern");
        if (line.startsWith('!'))
            reader.mistake(`'name' has ${(0,format/* quoted */.TL)(`!${line}`)}: one '!' excludes; two mean nothing`);
        if (line.includes('{pr}'))
            reader.mistake(`'name' has ${(0,format/* quoted */.TL)(`!${line}`)}: {pr} cannot be excluded`);
    }
    for (const line of include) {
        const [, excluded] = /^(?:-|~|not\s+|NOT\s+)(\S.*)$/.exec(line) ?? [];
        if (excluded === undefined)
            refuseUnreadable(reader, 'name', line, kind);
        else
            reader.mistake(`'name' has ${(0,format/* quoted */.TL)(line)}, which excludes nothing here${(0,format/* isTooLongToShow */.fK)(line) ? '' : `. Write !${excluded}`}`);
    }
    for (const line of exclude)
        refuseUnreadable(reader, 'name', line, kind, '!');
    return { include: include.map(parsePattern), exclude: exclude.map(parsePattern) };
}
function readProtect(reader) {
    const lines = reader.lines('protect');
    if (lines.length === 1 && lines[0] === 'none')
        return [];
    for (const line of lines) {
        if (line.startsWith('!'))
            reader.mistake(`'protect' has ${(0,format/* quoted */.TL)(line)}: patterns with ! belong in 'name'`);
        else if (line.includes('{pr}'))
            reader.mistake(`'protect' has ${(0,format/* quoted */.TL)(line)}: {pr} belongs in 'name'`);
        else if (/^none$/i.test(line) && line !== 'none')
            reader.mistake(`'protect' is ${(0,format/* quoted */.TL)(line)}; for no pattern, write none`);
        else if (line !== 'none')
            refuseUnreadable(reader, 'protect', line, undefined);
    }
    return lines.map(parsePattern);
}
function refuseUnreadable(reader, input, line, kind, sign = '') {
    const problem = patternProblem(line);
    if (problem !== undefined) {
        reader.mistake(`'${input}' has ${(0,format/* quoted */.TL)(sign + line)}, which ${inWords(problem, sign, input === 'protect' || sign === '!')}`);
        return;
    }
    const { nameCharacters, plural } = kind?.names ?? {};
    if (nameCharacters === undefined)
        return;
    const foreign = [...line.replaceAll('{pr}', '')].find((each) => !/[*?]/.test(each) && !nameCharacters.allowed.test(each));
    if (foreign === undefined)
        return;
    reader.mistake(`'${input}' has ${(0,format/* quoted */.TL)(sign + line)}, but no name of ${kind?.provider.name} ${plural} has '${foreign}' (${nameCharacters.words}). Write ? in its place if you are not sure which character it is`);
}
function inWords({ what, write }, sign, isGuard) {
    if (write.length === 0)
        return what;
    const each = write.length === 1 ? '' : ', each on a line of its own';
    return `${what}. Write ${write.map((line) => sign + (isGuard ? line.replaceAll('{pr}', '*') : line)).join(' and ')}${each}`;
}

;// CONCATENATED MODULE: ./lib/inputs/targets.js


function idInputs(providers) {
    const resources = providers.flatMap(({ resources }) => Object.values(resources));
    return [...new Set(resources.flatMap(({ ids, parents }) => [ids, parents?.input ?? ids]))];
}
function refuseOtherIds(reader, { provider, resource, names }) {
    for (const name of idInputs([provider])) {
        const own = [names.ids, names.parents?.input, names.groups?.input];
        if (own.includes(name) || !reader.isGiven(name))
            continue;
        reader.mistake(`'${name}' does not go with 'resource: ${resource}'; remove one of them`);
    }
}
function readTargets(reader, kind) {
    const { resource } = kind;
    const { ids, parents, plural } = kind.names;
    const named = readIds(reader, kind, ids, resource);
    refuseUndeletable(reader, kind, named);
    if (parents === undefined) {
        const groups = readTargetGroups(reader, kind);
        const group = groups.length > 1 ? groups : groups[0];
        return named.map((id) => (group === undefined ? { resource, id } : { resource, id, group }));
    }
    const [parent, ...more] = readParents(reader, kind);
    if (parent === undefined && reader.text(parents.input) === '') {
        reader.mistake(`'${parents.input}' is empty: it must name the ${parents.noun} of the ${plural}`);
    }
    if (more.length > 0) {
        reader.mistake(`'${parents.input}' names several ${parents.noun}s; ${plural} named one by one are of one ${parents.noun}, so use one step for each`);
    }
    return parent === undefined ? [] : named.map((id) => ({ resource, id, parent }));
}
function refuseUndeletable(reader, { names: { ids, never } }, named) {
    for (const id of named)
        if (never?.ids.has(id))
            reader.mistake(`'${ids}' has '${id}', which ${never.why}; remove it`);
}
function readParents(reader, kind) {
    const { parents } = kind.names;
    return parents === undefined ? [] : readIds(reader, kind, parents.input, parents.resource);
}
function readIds(reader, { provider }, name, resource) {
    const ids = reader.ids(name);
    for (const id of ids) {
        const problem = provider.idProblem(resource, id);
        if (problem !== undefined)
            reader.mistake(`'${name}' has ${(0,format/* quoted */.TL)(id)}, which ${problem}`);
    }
    return ids;
}

;// CONCATENATED MODULE: ./lib/inputs/unused-for.js

function readUnusedFor(reader, kind) {
    const ms = reader.duration('unused-for');
    const { usage } = kind?.names ?? {};
    if (ms === 0 || usage === undefined || (ms >= usage.leastDays * format/* DAY_MS */.sO && ms <= usage.mostDays * format/* DAY_MS */.sO))
        return ms;
    const allowed = `${usage.leastDays}d to ${usage.mostDays}d`;
    reader.mistake(`'unused-for' is ${(0,format/* quoted */.TL)(reader.text('unused-for'))}; allowed: ${allowed}, or 0s for any use`);
    return 0;
}
function refuseUnusedFor(reader, { provider, resource, names }) {
    if (names.usage !== undefined || !reader.isGiven('unused-for'))
        return;
    reader.mistake(`'unused-for' does not go with 'resource: ${resource}': requests to ${names.plural} of ${provider.name} are not counted; remove it`);
}

;// CONCATENATED MODULE: ./lib/inputs/selection.js








const SWEEP_INPUTS = [
    'label',
    'unused-for',
    'older-than',
    'status',
    'keep-latest',
    'max-deletions',
];
function readSelection(reader, provider, providers) {
    const kind = readKind(reader, provider, providers);
    if (provider !== undefined)
        refuseForeign(reader, provider, providers);
    const narrowing = readNarrowing(reader, kind);
    if (kind === undefined)
        return undefined;
    refuseOtherIds(reader, kind);
    const { ids } = kind.names;
    const isExact = reader.isGiven(ids);
    const sweep = readSweep(reader, kind, narrowing);
    const given = ['name', 'label'].find((name) => reader.isGiven(name));
    if (given !== undefined) {
        if (!isExact)
            return sweep;
        reader.mistake(`'${given}' and '${ids}' are both given: name the targets by their IDs, or sweep by '${given}', not both`);
        return undefined;
    }
    return readExact(reader, kind, isExact, narrowing.protect);
}
function readKind(reader, provider, providers) {
    const resourcesOf = (owners) => providers_target/* RESOURCES */.eZ.filter((resource) => owners.some(({ resources }) => resources[resource] !== undefined));
    const known = resourcesOf(providers);
    const own = provider === undefined ? known : resourcesOf([provider]);
    const isKnown = known.some((resource) => resource === reader.text('resource'));
    const resource = reader.oneOf('resource', isKnown ? known : own) ?? 'deployment';
    if (provider === undefined)
        return undefined;
    const names = provider.resources[resource];
    if (names !== undefined)
        return { provider, resource, names };
    reader.mistake(`'resource' is '${resource}', which ${provider.name} does not have; allowed: ${own.join(', ')}`);
    return undefined;
}
function readExact(reader, kind, isExact, protect) {
    const given = SWEEP_INPUTS.filter((name) => reader.isGiven(name));
    if (!isExact) {
        const { ids, never } = kind.names;
        const narrowed = given.length === 0 ? '' : `; ${given.map((name) => `'${name}'`).join(', ')} only narrow a sweep by 'name'`;
        if (never?.ids.has(reader.text(ids)) === true) {
            reader.mistake(`'${ids}' is ${reader.text(ids)}, which ${never.why}: name others, or sweep by 'name'`);
            return undefined;
        }
        reader.mistake(`'${ids}' and 'name' are both empty: nothing says what to delete${narrowed}. Give one of them; an output is empty if its step was skipped or did not write it`);
        return undefined;
    }
    for (const name of given)
        reader.mistake(`'${name}' belongs to a sweep by 'name' and does not go with IDs; remove it`);
    const targets = readTargets(reader, kind);
    return targets.length === 0 ? undefined : { kind: 'exact', targets, protect };
}
function readNarrowing(reader, kind) {
    return {
        ...readNamePatterns(reader, kind),
        labels: readLabels(reader),
        pullRequest: readPullRequest(reader),
        unusedForMs: readUnusedFor(reader, kind),
        olderThanMs: reader.duration('older-than'),
        keepLatest: reader.wholeNumber('keep-latest', 0),
        protect: readProtect(reader),
        maxDeletions: reader.wholeNumber('max-deletions', 1),
    };
}
function readSweep(reader, kind, { maxDeletions, ...narrowing }) {
    refuseLabels(reader, kind);
    refuseUnusedFor(reader, kind);
    if (!kind.names.hasName)
        refuseNames(reader, kind, reader.lines('name'));
    return {
        kind: 'sweep',
        criteria: {
            ...narrowing,
            resource: kind.resource,
            hasNames: kind.names.hasName,
            parents: readParents(reader, kind),
            groups: readGroupPatterns(reader, kind),
            statuses: readStatuses(reader, kind),
        },
        maxDeletions,
    };
}
function refuseNames(reader, { resource, names }, patterns) {
    const { plural, parents } = names;
    const narrowing = `${parents === undefined ? '' : `'${parents.input}', `}'older-than', 'unused-for', 'status' and 'keep-latest'`;
    if (patterns.length > 0 && (patterns.length > 1 || patterns[0] !== '*')) {
        reader.mistake(`'name' can only be * with 'resource: ${resource}': ${plural} have no names; narrow them by ${narrowing}`);
    }
    if (reader.isGiven('protect')) {
        reader.mistake(`'protect' does not go with 'resource: ${resource}': ${plural} have no names`);
    }
}
function readStatuses(reader, { provider, resource, names }) {
    const given = reader.list('status');
    if (given.length === 1 && given[0] === 'any')
        return undefined;
    if (!names.hasStatus) {
        reader.mistake(`'status' does not go with 'resource: ${resource}': ${names.plural} have no status`);
    }
    for (const status of given.filter((status) => !provider.statuses.includes(status))) {
        const any = status === 'any' ? 'any alone' : 'any';
        reader.mistake(`'status' has ${(0,format/* quoted */.TL)(status)}; allowed: ${any}, or ${provider.statuses.join(', ')}`);
    }
    return new Set(given);
}
function refuseForeign(reader, provider, providers) {
    const owners = Map.groupBy(providers.flatMap((owner) => Object.entries(owner.ownInputs).map(([name, input]) => ({ name, input, owner }))), ({ name }) => name);
    for (const [name, uses] of owners) {
        if (uses.some(({ owner, input }) => owner === provider || input.ignoredElsewhere))
            continue;
        const others = uses.map(({ owner }) => owner.name).join(' and ');
        if (reader.isGiven(name))
            reader.mistake(`'${name}' is for ${others} and not for ${provider.name}; remove it`);
    }
}

;// CONCATENATED MODULE: ./lib/lib/near.js
function distance(a, b) {
    let [beforeLast, last] = [[], Array.from({ length: b.length + 1 }, (_, column) => column)];
    for (let row = 1; row <= a.length; row++) {
        const current = [row];
        for (let column = 1; column <= b.length; column++) {
            const cost = a[row - 1] === b[column - 1] ? 0 : 1;
            const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
            current[column] = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + cost, isSwapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY);
        }
        beforeLast = last;
        last = current;
    }
    return at(last, b.length);
}
function at(row, column) {
    return row[column] ?? Number.POSITIVE_INFINITY;
}

;// CONCATENATED MODULE: ./lib/inputs/unknown-inputs.js


const OTHER_WORDS = {
    'dry-run': ['dry', 'simulate', 'simulation', 'what-if', 'no-op', 'preview', 'test', 'test-mode', 'check', 'plan'],
    'older-than': ['age', 'min-age', 'max-age', 'days', 'before', 'cut-off', 'retention', 'retention-days', 'ttl'],
    'keep-latest': ['keep', 'keep-last', 'keep-newest', 'keep-n', 'keep-recent', 'retain', 'min-versions-to-keep'],
    protect: ['exclude', 'except', 'ignore', 'skip', 'preserve', 'whitelist', 'allow-list', 'safe', 'keep-names'],
    'max-deletions': ['max', 'limit', 'cap', 'max-count', 'threshold'],
    name: [
        'pattern',
        'filter',
        'match',
        'include',
        'prefix',
        'regex',
        'glob',
        'selector',
        'deployment-name',
        'model-name',
    ],
    'deployment-id': ['id', 'deployment', 'deployed-model', 'target'],
    'model-id': ['model'],
    'chain-id': ['chain'],
    'pull-request': ['pr', 'pr-number', 'number', 'pull'],
    status: ['state'],
    'if-not-found': ['missing', 'ignore-missing', 'fail-if-missing', 'on-missing'],
    wait: ['sync', 'async', 'wait-for-completion'],
    allow: ['force', 'override', 'unprotect'],
    'api-key': ['key', 'secret', 'credentials', 'auth'],
    'api-url': ['url', 'base-url', 'endpoint', 'host'],
    'github-token': ['gh-token', 'repo-token'],
    'resource-group': ['group', 'ai-resource-group'],
    'workspace-id': ['workspace'],
    'github-environment': ['env', 'environment-name'],
};
function unknownInputs(env, known) {
    const names = Object.keys(env)
        .filter((key) => key.startsWith('INPUT_'))
        .map((key) => key.slice('INPUT_'.length).toLowerCase())
        .filter((name) => !known.includes(name));
    const told = names.map((name) => ({ name, meant: nearestInput(name, known) }));
    return {
        mistakes: told.flatMap(({ name, meant }) => meant === undefined ? [] : [`${(0,format/* quoted */.TL)(name)} is not an input of this action; did you mean '${meant}'?`]),
        warnings: told.flatMap(({ name, meant }) => meant === undefined ? [`${(0,format/* quoted */.TL)(name)} is not an input of this action, so it has no effect`] : []),
    };
}
function nearestInput(name, known) {
    const given = letters(name);
    const [first = '', ...more] = name.toLowerCase().split(/[^a-z0-9]+/);
    const byDistance = (longer, shorter) => known
        .map((each) => ({ each, apart: distance(letters(each), given) }))
        .filter(({ each, apart }) => apart <= (letters(each).length > 6 ? longer : shorter))
        .sort((a, b) => a.apart - b.apart)[0]?.each;
    return (byDistance(0, 0) ??
        known.find((each) => isSameWord(letters(each), given)) ??
        inOtherWords(given, known) ??
        byDistance(2, 1) ??
        known.find((each) => isSameWord(each, first)) ??
        [first, ...more].map((word) => inOtherWords(word, known)).find((each) => each !== undefined) ??
        known
            .filter((each) => holds(given, letters(each)) || holds(letters(each), given))
            .sort((a, b) => b.length - a.length)[0]);
}
function inOtherWords(given, known) {
    return known.find((each) => OTHER_WORDS[each]?.some((word) => isSameWord(letters(word), given)));
}
const SHORTEST_PART = 5;
function holds(text, part) {
    return part.length >= SHORTEST_PART && text.includes(part);
}
function isSameWord(word, given) {
    return stem(word) === stem(given);
}
function stem(word) {
    return word.replace(/(?<=..)s$/, '').replace(/(?<=...)(?:ed|d|ing|e|ion)$/, '');
}
function letters(name) {
    return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

;// CONCATENATED MODULE: ./lib/inputs/inputs.js











const JOB_END_MS = 4 * 60_000;
const LONGEST_TIMEOUT_MS = 24 * 3_600_000;
function readInputs(sources, providers) {
    const { env } = sources;
    const reader = createReader(sources, providers);
    const { secrets } = reader;
    const name = reader.oneOf('provider', providers.map(({ name }) => name));
    const definition = providers.find((each) => each.name === name);
    const provider = definition?.configure(reader, readApiUrl(reader));
    const selection = readSelection(reader, definition, providers);
    refuseForeignText(reader, sources, idInputs(definition === undefined ? [] : [definition]));
    const rest = {
        allow: readAllow(reader, definition === undefined ? providers : [definition]),
        dryRun: reader.flag('dry-run'),
        ifNotFound: reader.oneOf('if-not-found', ['ignore', 'warn', 'fail']) ?? 'fail',
        wait: reader.flag('wait'),
        timeoutMs: readTimeout(reader),
        summary: reader.flag('summary'),
        defer: reader.flag('defer'),
        pullRequest: readPullRequest(reader),
        comment: reader.flag('comment'),
        githubEnvironment: reader.text('github-environment') || undefined,
        github: readGitHub(reader, env, selection),
    };
    const unknown = unknownInputs(env, Object.keys(inputDefaults(providers)));
    for (const mistake of [
        ...unknown.mistakes,
        ...(0,proxies/* proxyProblems */.Dg)(env, provider === undefined ? [] : [provider.settings.apiUrl]),
    ])
        reader.mistake(mistake);
    if (provider === undefined || selection === undefined || reader.mistakes.length > 0) {
        if (reader.mistakes.length === 0)
            throw new Error('the inputs are of no use, and nothing says why');
        return { secrets, result: { ok: false, mistakes: reader.mistakes } };
    }
    return {
        secrets,
        result: {
            ok: true,
            inputs: { provider, selection, ...rest, notices: noticesFor(provider, reader), warnings: unknown.warnings },
        },
    };
}
function readApiUrl(reader) {
    const text = reader.text('api-url');
    if (text === '')
        return undefined;
    const url = parseAddress(text);
    if (url instanceof URL)
        return url;
    reader.mistake(`'api-url' ${url}`);
    return undefined;
}
function readAllow(reader, providers) {
    const names = reader.list('allow').filter((name) => name !== 'none');
    const allowed = providers.flatMap(({ guards }) => guards);
    for (const name of names.filter((name) => !allowed.some((guard) => guard === name))) {
        reader.mistake(`'allow' has ${(0,format/* quoted */.TL)(name)}, which is not a guard here; allowed: none, ${allowed.join(', ')}`);
    }
    return new Set(allowed.filter((guard) => names.includes(guard)));
}
function readTimeout(reader) {
    const ms = reader.duration('timeout');
    if (ms === 0)
        reader.mistake("'timeout' is 0s; it must be longer");
    if (ms > LONGEST_TIMEOUT_MS)
        reader.mistake("'timeout' is longer than 24h, and so than any job");
    if (!reader.flag('defer') || ms <= JOB_END_MS)
        return ms;
    if (reader.isGiven('timeout')) {
        reader.mistake(`'timeout' is ${(0,format/* quoted */.TL)(reader.text('timeout'))}, but 'defer: true' has at most 4m: at the end of a cancelled job, GitHub leaves five minutes. Lower 'timeout', or use a step with 'if: always()'`);
    }
    return JOB_END_MS;
}
function readGitHub(reader, env, selection) {
    const github = { token: reader.secret('github-token'), repository: env['GITHUB_REPOSITORY'] ?? '' };
    const { include = [], labels = [], groups = [] } = selection?.kind === 'sweep' ? selection.criteria : {};
    const users = [
        include.some(({ source }) => source.includes('{pr}')) ? "{pr} in 'name'" : '',
        labels.some(({ source }) => source.includes('{pr}')) ? "{pr} in 'label'" : '',
        groups.some(({ source }) => source.includes('{pr}')) ? "{pr} in 'resource-group'" : '',
        reader.isGiven('pull-request') ? "'pull-request'" : '',
        reader.flag('comment') ? "'comment'" : '',
        reader.text('github-environment') === '' ? '' : "'github-environment'",
    ].filter((user) => user !== '');
    if (users.length === 0)
        return github;
    const need = users.length === 1 ? 'needs' : 'need';
    if (github.token === '')
        reader.mistake(`'github-token' is empty, but ${users.join(', ')} ${need} it`);
    if (!github.token.isWellFormed())
        reader.mistake("'github-token' has half a character in it; paste it again");
    if (!/^[^/]+\/[^/]+$/.test(github.repository)) {
        reader.mistake(`GITHUB_REPOSITORY is not set, but ${users.join(', ')} ${need} it`);
    }
    return github;
}

// EXTERNAL MODULE: ./lib/lib/errors.js
var errors = __nccwpck_require__(892);
;// CONCATENATED MODULE: ./lib/lib/version.js
const VERSION = '0.1.0';

;// CONCATENATED MODULE: ./lib/providers/provider.js
function collateralNames(collateral) {
    return collateral.flatMap((each) => ('name' in each ? (each.name ?? []) : []));
}
function anyProvider(provider) {
    return { use: (work) => work(provider) };
}

;// CONCATENATED MODULE: ./lib/providers/definition.js

function defineProvider(spec) {
    const definition = {
        ...spec,
        configure(reader, apiUrl) {
            const settings = spec.readSettings(reader, apiUrl);
            if (settings === undefined)
                return undefined;
            return {
                definition,
                settings,
                where: spec.where(settings),
                notices: spec.notices(settings, reader),
                create: (connection) => anyProvider(spec.create(settings, connection)),
            };
        },
    };
    return definition;
}

;// CONCATENATED MODULE: ./lib/providers/shared/credential-text.js

const SHORTEST = 8;
const SHAPES = [
    [/^\*{3}$/, 'is what GitHub shows in place of a secret; pass the secret itself'],
    [NO_VALUE, 'is what an expression or a script gives where there is no value; check where it comes from'],
    [/^<.*>$|^your[-_ ]|^(?:sk-)?(?:x{3,}|\.{3,})$/is, 'is a placeholder; store the key or token itself'],
    [/^\$\{\{|^\{\{/, 'is an expression that GitHub did not evaluate'],
    [/^\$\{?\w+\}?$|^%\w+%$/, 'looks like a shell variable that was not expanded; pass the secret with an expression'],
    [/^["'`].*["'`]$/s, 'is in quotes; store it without them'],
    [/^(?:export\s+)?[A-Z][A-Z0-9_]*\s*=\s*\S/, 'has a name and = in front of it; store only what follows'],
    [/^[\w-]+:\s+\S/, 'has a name in front of it; store only what follows'],
    [/^[[{]/, 'is JSON; store only the key or token in it'],
    [/^-----BEGIN /, 'is a private key or certificate in PEM, and no key or token of the provider'],
    [/^(?:gh[pousr]_|github_pat_)/, 'is a token of GitHub, and not of the provider'],
];
function credentialProblem(text) {
    return SHAPES.find(([shape]) => shape.test(text))?.[1];
}
const OUR_WORDS = new Set([
    'accepted',
    'already-gone',
    'cancelled',
    'deleted',
    'deployment',
    'development',
    'environment',
    'failed',
    'nothing-to-delete',
    'planned',
    'production',
    'refused',
    'timed-out',
]);
function hidingProblem(text) {
    if (isOurWord(text))
        return 'is a word that the outputs use, so it cannot be masked, and is not a key';
    return text.length < SHORTEST
        ? `has fewer than ${SHORTEST} characters, which is too short for a key; store the whole key as a secret`
        : undefined;
}
function isOurWord(text) {
    return OUR_WORDS.has(text.toLowerCase());
}
function looksLikeServiceKey(text) {
    return /"(?:clientid|clientsecret|serviceurls)"/.test(text);
}
function secretsWithin(text) {
    const bare = text.replace(/^(?:export\s+)?[\w-]+\s*[=:]\s*/, '').replace(/^["'`]+|["'`]+$/g, '');
    return bare === text ? jsonTexts(text) : [bare, ...jsonTexts(bare)];
}
function jsonTexts(text) {
    if (!/^\s*[[{]/.test(text))
        return [];
    return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].flatMap(([, found = '']) => found.length >= SHORTEST && !/^https?:/.test(found) ? [found] : []);
}

;// CONCATENATED MODULE: ./lib/providers/shared/api-key.js


const WHY_EMPTY = 'secrets are empty in runs for pull requests from forks and from Dependabot, and where the secret is not defined for this repository or environment';
function readApiKey(reader, variable) {
    const source = reader.secret('api-key') === '' ? variable : "'api-key'";
    const read = splitScheme(reader.secret('api-key') || reader.secret(variable));
    const problem = credentialProblem(read.key);
    if (problem !== undefined) {
        const hint = looksLikeServiceKey(read.key)
            ? ". It looks like a service key of SAP AI Core, which 'service-key' takes"
            : '';
        reader.mistake(`${source} ${problem}${hint}`);
    }
    else if (read.key === '') {
        reader.mistake(`'api-key' is empty and ${variable} is not set. Give one of them; ${WHY_EMPTY}`);
    }
    else if (!isHeaderSafe(read.key)) {
        reader.mistake(`${source} has characters that no key has, such as a blank or a line break; paste the key alone`);
    }
    else if (hidingProblem(read.key) !== undefined) {
        reader.mistake(`${source} ${hidingProblem(read.key)}`);
    }
    return read;
}
function splitScheme(text) {
    const [, scheme, key = ''] = /^(api-key|bearer)(?:\s+(\S.*))?$/i.exec(text.trim()) ?? [];
    if (scheme === undefined)
        return { key: text.trim() };
    return { key: key.trim(), scheme: scheme.toLowerCase() === 'bearer' ? 'Bearer' : 'Api-Key' };
}
const keySecrets = (text) => {
    const { key } = splitScheme(text);
    return NO_VALUE.test(key) || isOurWord(key) ? [] : [text, key, ...secretsWithin(key)];
};
function isHeaderSafe(text) {
    return /^[\x21-\x7e]+$/.test(text);
}
function headerSafe(reader, name) {
    const value = reader.text(name);
    const problem = NO_VALUE.test(value) || /^["'`$]/.test(value) ? credentialProblem(value) : undefined;
    if (problem !== undefined)
        reader.mistake(`'${name}' ${problem}`);
    else if (value !== '' && !isHeaderSafe(value))
        reader.mistake(`'${name}' has characters that no such name has`);
    return value;
}

;// CONCATENATED MODULE: ./lib/providers/shared/observe.js

async function attempt(read) {
    try {
        return await read();
    }
    catch (error) {
        return observe_unreadable(error);
    }
}
function observe_unreadable(error) {
    return { state: 'unreadable', error: (0,errors/* toError */.i)(error) };
}
async function observeInGroups(targets, keyOf, read) {
    const seen = new Map();
    const inGroup = async (key, group) => {
        try {
            return await read(key, group);
        }
        catch (error) {
            return group.map(() => observe_unreadable(error));
        }
    };
    await Promise.all([...Map.groupBy(targets, keyOf)].map(async ([key, group]) => {
        const observations = await inGroup(key, group);
        for (const [index, target] of group.entries()) {
            const observation = observations[index];
            if (observation !== undefined)
                seen.set(target, observation);
        }
    }));
    return targets.map((target) => seen.get(target) ?? observe_unreadable('it was not asked for'));
}

;// CONCATENATED MODULE: ./lib/providers/shared/list-observer.js

async function observeOne(target, get, readList) {
    const observation = await get(target);
    if (observation.state !== 'absent')
        return observation;
    const list = await readList();
    return (await list.show(target.id)) ?? absentFrom(list, observation);
}
async function observeMany(targets, list, get) {
    const looks = targets.map((target) => attempt(async () => {
        const shown = await list.show(target.id);
        if (shown !== undefined)
            return shown;
        const observation = await get(target);
        return observation.state === 'absent' ? absentFrom(list, observation) : observation;
    }));
    return Promise.all(looks);
}
function absentFrom({ isWhole }, { exchange }) {
    return isWhole ? { state: 'absent', exchange } : { state: 'absent', exchange, isPartial: true };
}

;// CONCATENATED MODULE: ./lib/providers/shared/nearly-the-id.js
function mistypedAs(observations, targets, known, resource) {
    let byLetters;
    const whyMistyped = (id) => {
        byLetters ??= new Map(known.map((each) => [each.toLowerCase(), each]));
        const alike = byLetters.get(id.toLowerCase());
        if (alike !== undefined)
            return nearlyTheId(id, alike, resource);
        return isNumber(id) ? known.flatMap((each) => nearlyTheId(id, each, resource) ?? [])[0] : undefined;
    };
    return observations.map((observation, index) => {
        const id = targets[index]?.id;
        if (observation.state !== 'absent' || id === undefined)
            return observation;
        const reason = whyMistyped(id);
        return reason === undefined ? observation : { ...observation, mistaken: { kind: 'name', reason } };
    });
}
function nearlyTheId(given, known, resource) {
    if (given === known)
        return undefined;
    if (given.toLowerCase() === known.toLowerCase())
        return `it differs from ${resource} ${known} in letter case only`;
    if (!isNumber(given) || Number(known) !== Number(given))
        return undefined;
    return `it is what YAML makes of ${resource} ${known} without quotes: put the ID in quotes`;
}
function isNumber(text) {
    return /^-?[\d.]+$/.test(text);
}

;// CONCATENATED MODULE: ./lib/providers/shared/single-flight.js
function coalesce(ask) {
    let asked;
    return () => {
        if (asked === undefined) {
            asked = ask();
            queueMicrotask(() => {
                asked = undefined;
            });
        }
        return asked;
    };
}
function singleFlightNext(ask) {
    let underWay = Promise.resolve();
    let following;
    return () => {
        if (following === undefined) {
            const before = underWay;
            const next = before
                .catch(() => undefined)
                .then(() => {
                following = undefined;
                return ask();
            });
            underWay = next;
            following = next;
        }
        return following;
    };
}

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/action.js
function requestText(action) {
    switch (action.verb) {
        case 'release':
            return `the release of its capacity instance ${action.instance}`;
        case 'delete':
            return 'its deletion';
    }
}

;// CONCATENATED MODULE: ./lib/providers/shared/credential-check.js
function createCredentialCheck(isSuccess) {
    const underWay = new Set();
    let worked = false;
    return {
        async watch(request) {
            underWay.add(request);
            try {
                const answer = await request;
                if (isSuccess(answer))
                    worked = true;
                return answer;
            }
            finally {
                underWay.delete(request);
            }
        },
        async hasWorked() {
            if (!worked)
                await Promise.allSettled(underWay);
            return worked;
        },
    };
}

;// CONCATENATED MODULE: ./lib/providers/shared/schema.js


function parseBody(schema, answer) {
    const result = safeParse(schema, answer.body, { abortEarly: true, abortPipeEarly: true });
    if (result.success)
        return result.output;
    const { method, path } = answer.exchange;
    const where = getDotPath(result.issues[0]) ?? 'the body';
    throw new UnclearAnswer(`${method} ${path} answered HTTP ${answer.status}, but ${where} is not as documented`, answer.exchange);
}
const lenientString = fallback(optional(string()), undefined);

;// CONCATENATED MODULE: ./lib/providers/shared/response.js
function describe(answer, complaint) {
    const { method, path, requestId } = answer.exchange;
    const code = complaint.code ? ` ${shorten(complaint.code, 80)}` : '';
    const words = complaint.message ?? (answer.body === undefined ? answer.text : '');
    const isRedirect = answer.status >= 300 && answer.status < 400;
    const text = isRedirect ? "a redirect, which is not followed; check 'api-url'" : words.trim();
    const message = text === '' ? '' : `: ${shorten(text, 300)}`;
    const id = requestId === undefined ? '' : ` (request ${requestId})`;
    return `${method} ${path.split('?')[0]} answered HTTP ${answer.status}${code}${message}${id}`;
}
function isSuccess(answer) {
    return answer.status >= 200 && answer.status < 300;
}
function shorten(text, length) {
    return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/errors.js




const COMPLAINT = object({ code: lenientString, message: lenientString, msg: lenientString });
const WRAPPED = object({ error: COMPLAINT });
const UNPAID = new Set([
    'CommodityNotPurchased',
    'PrepaidBillOverdue',
    'PostpaidBillOverdue',
]);
const PERMANENT = new Set([
    'InvalidParameter',
    'PREPAID_UNSUBSCRIBE_REQUIRED',
    'CAPACITY_INSTANCE_REQUIRED',
    'Arrearage',
    'IDEMPOTENCY_KEY_CONFLICT',
]);
function isPermanent({ status, code = '' }) {
    return status === 403 || PERMANENT.has(code);
}
const PASSING = /^(Throttling|InternalError|SystemError|RequestTimeOut|ModelServingError|ModelUnavailable|BILLING_SERVICE_UNAVAILABLE)/;
const GONE_CODES = new Set(['NotFound', 'MODEL_CODE_NOT_FOUND']);
function saysGone(answer) {
    const { code, message } = complaintOf(answer.body);
    return answer.status === 404 && GONE_CODES.has(code ?? '') && !isAboutPath(message);
}
function isAboutPath(message = '') {
    return /request path not found/i.test(message);
}
function isFine(answer) {
    const { code } = complaintOf(answer.body);
    return isSuccess(answer) && (code === undefined || code === '' || code === '200' || code === 'Success');
}
function errorOf(answer) {
    const text = describeAlibaba(answer);
    const code = codeOf(answer);
    if (isSuccess(answer) && PASSING.test(code))
        return new UnclearAnswer(text, answer.exchange);
    if (answer.status === 401) {
        const hint = "Check 'api-key' and 'region': a key belongs to one region and one workspace";
        return new ProviderError('account', `Model Studio denied access: ${text}. ${hint}`, answer.exchange);
    }
    if (answer.status === 403) {
        return new ProviderError('account', `Model Studio denied access: ${text}. ${remedyFor(answer)}`, answer.exchange);
    }
    if (code === 'WorkSpaceNotFound') {
        return new ProviderError('account', `${text}. Check 'workspace-id' and 'region'`, answer.exchange);
    }
    if (UNPAID.has(code) || code === 'Arrearage') {
        return new ProviderError('account', `${text}. ${remedyFor(answer)}`, answer.exchange);
    }
    const hint = answer.status === 404 ? ". This is no proof that the deployment is gone; check 'api-url' and 'region'" : '';
    return new ProviderError('target', `${text}${hint}`, answer.exchange);
}
async function errorOfRead(answer, keyHasWorked) {
    return isStray(answer) && (await keyHasWorked())
        ? new UnclearAnswer(describeAlibaba(answer), answer.exchange)
        : errorOf(answer);
}
function isStray(answer) {
    const { code = '', message } = complaintOf(answer.body);
    return answer.status === 404 && (code === '' || isAboutPath(message));
}
async function errorAboutOne(answer, keyHasWorked) {
    const code = codeOf(answer);
    const isUnpaid = UNPAID.has(code) || code === 'Arrearage';
    if (answer.status !== 403 || isUnpaid || !(await keyHasWorked()))
        return errorOfRead(answer, keyHasWorked);
    const text = `Model Studio denied access: ${describeAlibaba(answer)}. The key works, but not for this. ${remedyFor(answer)}`;
    return new ProviderError('target', text, answer.exchange);
}
function remedyFor(answer) {
    const code = codeOf(answer);
    if (UNPAID.has(code) || code === 'Arrearage')
        return 'Settle the bill in the Alibaba Cloud console first';
    if (code === 'PREPAID_UNSUBSCRIBE_REQUIRED')
        return 'Unsubscribe it in the billing console first';
    if (code.startsWith('CAPACITY_INSTANCE_'))
        return 'Check its capacity instances in the Model Studio console';
    if (answer.status === 403) {
        return 'Check the permissions of the key, its IP allow-list (which blocks GitHub-hosted runners) and the account';
    }
    return 'If its status is the reason, stop it in the console first';
}
function codeOf(answer) {
    return complaintOf(answer.body).code ?? '';
}
function describeAlibaba(answer) {
    return describe(answer, complaintOf(answer.body));
}
function complaintOf(body) {
    const wrapped = safeParse(WRAPPED, body);
    const parsed = safeParse(COMPLAINT, wrapped.success ? wrapped.output.error : body);
    return parsed.success ? { code: parsed.output.code, message: parsed.output.message ?? parsed.output.msg } : {};
}

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/api.js





const ENVELOPE = object({ output: optional(unknown()), data: optional(unknown()) });
const CONCURRENCY = 4;
const PROFILE = {
    requestTimeoutMs: 30_000,
    concurrency: CONCURRENCY,
    isFinal: (answer) => answer.status === 429 && UNPAID.has(codeOf(answer)),
    describe: describeAlibaba,
};
const PAGE_SIZE = 100;
function createAlibabaApi(settings, connection) {
    const http = connection.openHttp(PROFILE);
    const base = withSuffix(settings.apiUrl, '/api/v1');
    const access = {
        authorization: `Bearer ${settings.apiKey}`,
        ...(settings.workspaceId === undefined ? {} : { 'x-dashscope-workspace': settings.workspaceId }),
    };
    const key = createCredentialCheck(isFine);
    return {
        read: (path, maxBytes) => key.watch(http.read({
            method: 'GET',
            url: below(base, path),
            headers: access,
            ...(maxBytes === undefined ? {} : { maxBytes }),
        })),
        remove: (path, { notAfter }, headers) => key.watch(http.write({ method: 'DELETE', url: below(base, path), headers: { ...access, ...headers }, notAfter })),
        keyHasWorked: key.hasWorked,
    };
}
function deploymentPath(id) {
    return `/deployments/${segment(id, ['models'])}`;
}
function contentOf(schema, answer) {
    return parseBody(schema, { ...answer, body: outputOf(answer) });
}
function outputOf(answer) {
    const envelope = safeParse(ENVELOPE, answer.body);
    return envelope.success ? (envelope.output.output ?? envelope.output.data) : undefined;
}

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/action-result.js




const DELETED = object({ deployed_model: string() });
function actionResultOf(answer, target) {
    const { exchange } = answer;
    const common = commonResult(answer);
    if (common !== undefined)
        return common;
    if (!isFine(answer))
        throw errorOf(answer);
    if (answer.body === undefined)
        return { result: 'accepted', exchange };
    const { deployed_model } = contentOf(DELETED, answer);
    if (deployed_model !== target.id) {
        throw new ProviderError('target', 'Model Studio answered DELETE with another deployment; check the account', exchange);
    }
    return { result: 'accepted', tombstone: outputOf(answer), exchange };
}
function commonResult(answer) {
    const { exchange, status } = answer;
    const code = codeOf(answer);
    if (saysGone(answer) || isStray(answer) || (status === 400 && code === 'MODEL_CODE_DELETED')) {
        return { result: 'not-found', exchange };
    }
    if (status === 400 || status === 403 || status === 409) {
        return { result: 'refused', problem: `${describeAlibaba(answer)}. ${remedyFor(answer)}`, status, code, exchange };
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/providers/shared/pages.js

function createPageReader({ pageSize, shortest = 0, maxEntries }) {
    let wholeBelow = shortest;
    return async (path, idOf, readPage) => {
        const byId = new Map();
        const totals = new Set();
        let pages = 0;
        let skip = 0;
        const take = async (request) => {
            const page = await request;
            totals.add(page.total);
            skip += page.entries.length;
            for (const entry of page.entries)
                byId.set(idOf(entry), entry);
            if (page.entries.length > 0 || pages === 0)
                pages++;
            return page;
        };
        const checkLength = (entries, exchange) => {
            if (entries >= maxEntries)
                throw new UnclearAnswer(`GET ${path} goes on after ${maxEntries} entries`, exchange);
        };
        const first = await take(readPage({ number: 1, skip: 0 }));
        const isEnd = ({ entries, total }) => {
            if (entries.length === 0)
                return true;
            if (pageSize !== undefined)
                return first.total !== undefined && byId.size >= first.total;
            return entries.length < wholeBelow && (total ?? 0) <= byId.size;
        };
        let number = 1;
        if (pageSize !== undefined && first.total !== undefined && !isEnd(first)) {
            checkLength(first.total, first.exchange);
            const count = Math.ceil(first.total / pageSize);
            const others = Array.from({ length: Math.max(0, count - 1) }, (_, index) => index + 2);
            await Promise.all(others.map((each) => take(readPage({ number: each, skip: (each - 1) * pageSize }))));
            number = Math.max(1, count);
        }
        for (let last = first; !isEnd(last);) {
            const known = byId.size;
            number++;
            last = await take(readPage({ number, skip }));
            if (last.entries.length === 0 && pages === 1)
                wholeBelow = Math.max(wholeBelow, skip + 1);
            if (last.entries.length > 0 && byId.size === known) {
                throw new UnclearAnswer(`GET ${path} shows the same page again`, last.exchange);
            }
            checkLength(skip, last.exchange);
        }
        const [total] = totals;
        const isSteady = totals.size === 1 && total === byId.size;
        const isWhole = isSteady || (pages === 1 && (total ?? 0) <= byId.size);
        const isShort = [...totals].some((each) => each !== undefined && each > byId.size);
        return { byId, pages, isWhole, isShort, exchange: first.exchange };
    };
}
const MAX_READS = 3;
async function readWhole(path, read) {
    let before;
    for (let reads = 1;; reads++) {
        const list = await read();
        if (list.isWhole || (!list.isShort && before !== undefined && hasSameIds(before, list)))
            return list;
        if (reads === MAX_READS) {
            const why = list.isShort ? 'counts more entries than it shows' : 'changes while it is read';
            throw new UnclearAnswer(`GET ${path} ${why}`, list.exchange);
        }
        before = list;
    }
}
function hasSameIds({ byId: one }, { byId: other }) {
    return one.size === other.size && [...one.keys()].every((id) => other.has(id));
}

;// CONCATENATED MODULE: ./lib/providers/shared/time.js
function sameSecond(a, b) {
    return a === b || (a !== undefined && b !== undefined && Math.floor(a / 1000) === Math.floor(b / 1000));
}
const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/;
function parseTime(text) {
    const [, date, time, fraction = '', zone = 'Z'] = (text !== undefined && ISO.exec(text.trim())) || [];
    if (date === undefined)
        return undefined;
    const colon = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
    const ms = Date.parse(`${date}T${time}${fraction.slice(0, 4)}${colon}`);
    return Number.isNaN(ms) ? undefined : ms;
}

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/status.js
function isGoing(status) {
    return status === 'DELETING' || status === 'OFFLINING';
}
const status_PASSING = new Set([
    'PENDING',
    'DEPLOYING',
    'UPDATING',
    'SCALING',
    'STOPPING',
    'SUSPENDING',
    'STARTING',
    'RECOVERING',
    'ARREARS_RECOVERING',
    'DELETING',
    'WAIT_TO_DEPLOY',
    'WAIT_PRE_PAID_BILLING_TO_DEPLOYING',
    'WAIT_PRE_PAID_BILLING_TO_SCALING',
]);

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/deployments.js








const DEPLOYMENT = pipe(looseObject({
    deployed_model: string(),
    status: string(),
    gmt_create: lenientString,
    workspace_id: lenientString,
    fail_reason: lenientString,
}), transform(({ deployed_model, status, gmt_create, workspace_id, fail_reason, ...others }) => ({
    ...{ deployed_model, status, gmt_create, workspace_id, fail_reason },
    isPrepaid: isPrepaid(others),
    isReservation: isReservation(others),
})));
const PAYMENT = /^(?:charge|billing|pay|payment)(?:type|method|mode)$/;
function isPrepaid(members) {
    return Object.entries(members).some(([name, value]) => {
        const plain = plainName(name);
        return isFilledIn(value) && (plain.includes('prepaid') || (PAYMENT.test(plain) && value !== 'post_paid'));
    });
}
function isReservation(members) {
    return Object.entries(members).some(([name, value]) => {
        const plain = plainName(name);
        return plain === 'plan' ? /^ptu/i.test(String(value)) : plain.startsWith('ptu') && value != null;
    });
}
function plainName(name) {
    return name.toLowerCase().replace(/[^a-z]/g, '');
}
function isFilledIn(value) {
    return (value != null && value !== '' && value !== false && !(typeof value === 'object' && Object.keys(value).length === 0));
}
const DEPLOYMENTS = object({ deployments: array(DEPLOYMENT), total: optional(pipe(number(), integer())) });
const MAX_ENTRIES = 100_000;
const MAX_LIST_BYTES = 8 * 1024 * 1024;
function createDeployments(api) {
    const readPages = createPageReader({ pageSize: PAGE_SIZE, maxEntries: MAX_ENTRIES });
    return {
        async find(id) {
            const answer = await api.read(deploymentPath(id));
            const { exchange } = answer;
            if (saysGone(answer))
                return { exchange };
            if (!isFine(answer))
                throw await errorAboutOne(answer, api.keyHasWorked);
            const deployment = contentOf(DEPLOYMENT, answer);
            if (deployment.deployed_model !== id) {
                throw new ProviderError('target', 'Model Studio answered about another deployment', exchange);
            }
            return { deployment, exchange };
        },
        readAll: () => readPages('/deployments', ({ deployed_model }) => deployed_model, async ({ number }) => {
            const answer = await api.read(`/deployments?page_no=${number}&page_size=${PAGE_SIZE}`, MAX_LIST_BYTES);
            if (!isFine(answer))
                throw await errorOfRead(answer, api.keyHasWorked);
            const { deployments, total } = contentOf(DEPLOYMENTS, answer);
            return { entries: deployments, total, exchange: answer.exchange };
        }),
    };
}
function snapshotOf(deployment, workspaceId) {
    const { status, workspace_id: workspace, fail_reason: detail, isPrepaid, isReservation } = deployment;
    const createdAt = wholeSeconds(deployment.gmt_create);
    const foreign = workspaceId !== undefined && workspace !== undefined && workspace !== workspaceId;
    return {
        name: deployment.deployed_model,
        status,
        ...(detail === undefined ? {} : { detail }),
        ...(createdAt === undefined ? {} : { createdAt }),
        ...(isGoing(status) ? { isBeingDeleted: true } : {}),
        details: {
            prepaid: isPrepaid,
            reservation: isReservation,
            foreignWorkspace: foreign ? workspace : undefined,
            ...(workspaceId !== undefined && workspace === undefined ? { workspaceUnknown: true } : {}),
        },
    };
}
function wholeSeconds(time) {
    const ms = parseTime(time);
    return ms === undefined ? undefined : Math.floor(ms / 1000) * 1000;
}

;// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");
;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/release-key.js

function releaseKey(request) {
    const { deployment, createdAt, instance, boughtAt, attempt, run } = request;
    const text = JSON.stringify([deployment, createdAt ?? '', instance, boughtAt ?? '', attempt, run ?? '']);
    const hash = (0,external_node_crypto_namespaceObject.createHash)('sha256').update(text).digest('hex');
    const variant = ((Number.parseInt(hash.slice(16, 17), 16) & 3) | 8).toString(16);
    const parts = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, variant + hash.slice(17, 20)];
    return [...parts, hash.slice(20, 32)].join('-');
}

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/releases.js

function createReleases(clock) {
    const startedAt = clock.now();
    const releases = new Map();
    const nameOf = (deployment, instance) => JSON.stringify([deployment, instance]);
    const end = (release, past) => {
        const { request } = release;
        release.request = { ...request, attempt: request.attempt + 1, run: startedAt };
        release.operation = undefined;
        release.past = past;
    };
    return {
        pastOf({ deployment, createdAt, instance, boughtAt }) {
            const known = releases.get(nameOf(deployment, instance));
            const isSame = known?.request.createdAt === createdAt && known?.request.boughtAt === boughtAt;
            if (known !== undefined && isSame)
                return known.past;
            const request = { deployment, createdAt, instance, boughtAt, attempt: 0, run: undefined };
            const past = { last: undefined, tries: 0, failedAtOnce: 0, problem: '' };
            releases.set(nameOf(deployment, instance), { request, past });
            return past;
        },
        of(deployment, instance) {
            const release = releases.get(nameOf(deployment, instance));
            if (release !== undefined)
                return release;
            throw new ProviderError('target', `the capacity instance ${instance} was not seen before`);
        },
        underWay: (deployment, createdAt) => [...releases.values()].filter((release) => release.request.deployment === deployment &&
            release.request.createdAt === createdAt &&
            release.operation !== undefined),
        began(release, operation) {
            release.operation = operation;
        },
        succeeded(release) {
            end(release, { ...release.past, last: 'SUCCEEDED', tries: release.past.tries + 1 });
        },
        failed(release, problem) {
            const { tries, failedAtOnce } = release.past;
            const counts = release.operation === undefined ? { tries, failedAtOnce: failedAtOnce + 1 } : { tries: tries + 1, failedAtOnce };
            end(release, { last: 'FAILED', problem, ...counts });
        },
    };
}

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/capacity.js











const optionalFlag = fallback(optional(dist_boolean()), undefined);
const INSTANCE = object({
    instance_id: string(),
    status: string(),
    charge_type: lenientString,
    billing_method: lenientString,
    deleted: optionalFlag,
    gmt_created: lenientString,
});
const INSTANCES = object({
    records: array(INSTANCE),
    items: pipe(number(), integer(), minValue(0)),
});
const OPERATION = object({
    operation_id: string(),
    operation_status: string(),
    model_service_id: lenientString,
    instance_id: lenientString,
    error_code: lenientString,
    error_message: lenientString,
});
const MAX_INSTANCES = 2000;
const capacity_MAX_LIST_BYTES = 4 * 1024 * 1024;
function createCapacity(api, clock) {
    const releases = createReleases(clock);
    const readInstances = createInstanceReader(api);
    const poll = async (deployment, release) => {
        const answer = await api.read(`${deploymentPath(deployment)}/capacity-operations/${segment(release.operation)}`);
        if (!isFine(answer))
            throw await notRead(answer, api);
        const now = contentOf(OPERATION, answer);
        if (now.operation_id !== release.operation) {
            throw new UnclearAnswer('Model Studio answered about another operation', answer.exchange);
        }
        if (now.operation_status === 'SUCCEEDED')
            releases.succeeded(release);
        else if (now.operation_status === 'FAILED')
            releases.failed(release, failureOf(now));
    };
    return {
        async look(deployment, createdAt) {
            for (const release of releases.underWay(deployment, createdAt))
                await poll(deployment, release);
            const instances = await readInstances(deployment);
            return {
                instances: instances.map(({ instance_id: id, status, billing_method, charge_type: chargeType = billing_method, ...rest }) => {
                    const boughtAt = wholeSeconds(rest.gmt_created);
                    const past = releases.pastOf({ deployment, createdAt, instance: id, boughtAt });
                    return { id, chargeType, status, deleted: rest.deleted === true, past };
                }),
                releasing: releases.underWay(deployment, createdAt)[0]?.request.instance,
            };
        },
        async release({ id: deployment }, instance, limits) {
            const release = releases.of(deployment, instance);
            const key = releaseKey(release.request);
            const answer = await api.remove(`${instancesPath(deployment)}/${segment(instance)}`, limits, {
                'x-acs-req-uuid': key,
                'x-dashscope-requestid': key,
            });
            const { exchange, status } = answer;
            const code = codeOf(answer);
            if (status === 404 && code === 'CAPACITY_INSTANCE_NOT_FOUND')
                return { result: 'not-found', exchange };
            if (code === 'IDEMPOTENCY_KEY_CONFLICT') {
                const hint = 'Check its capacity instances in the Model Studio console';
                throw new ProviderError('target', `${describeAlibaba(answer)}. ${hint}`, exchange);
            }
            if (isStray(answer))
                throw new UnclearAnswer(describeAlibaba(answer), exchange);
            const common = commonResult(answer);
            if (common !== undefined)
                return common;
            const operation = operationIn(answer, deployment, instance);
            if (operation.operation_status === 'FAILED') {
                const problem = failureOf(operation);
                releases.failed(release, problem);
                return { result: 'refused', problem: `the operation FAILED: ${problem}`, status, exchange };
            }
            if (operation.operation_status === 'SUCCEEDED')
                releases.succeeded(release);
            else
                releases.began(release, operation.operation_id);
            return { result: 'accepted', exchange };
        },
    };
}
function createInstanceReader(api) {
    const readPages = createPageReader({ pageSize: PAGE_SIZE, maxEntries: MAX_INSTANCES });
    return async (deployment) => {
        const path = instancesPath(deployment);
        const { byId, isWhole, exchange } = await readPages(path, ({ instance_id }) => instance_id, async ({ number }) => {
            const query = `include_deleted=false&page_no=${number}&page_size=${PAGE_SIZE}`;
            const answer = await api.read(`${path}?${query}`, capacity_MAX_LIST_BYTES);
            if (!isFine(answer))
                throw await notRead(answer, api);
            const { records, items } = contentOf(INSTANCES, answer);
            return { entries: records, total: items, exchange: answer.exchange };
        });
        if (!isWhole)
            throw new UnclearAnswer(`GET ${path} does not show all capacity instances`, exchange);
        return [...byId.values()];
    };
}
function operationIn(answer, deployment, instance) {
    if (!isFine(answer))
        throw errorOf(answer);
    const operation = contentOf(OPERATION, answer);
    const { model_service_id: of = deployment, instance_id: on = instance } = operation;
    if (of === deployment && on === instance)
        return operation;
    const text = `the release of capacity instance ${instance} was answered for ${on} of ${of}`;
    throw new ProviderError('target', `${text}; check the account`, answer.exchange);
}
function instancesPath(deployment) {
    return `${deploymentPath(deployment)}/capacity-instances`;
}
async function notRead(answer, { keyHasWorked }) {
    const isMissing = saysGone(answer) || (answer.status === 404 && codeOf(answer) === 'CAPACITY_OPERATION_NOT_FOUND');
    return isMissing ? new UnclearAnswer(describeAlibaba(answer), answer.exchange) : errorAboutOne(answer, keyHasWorked);
}
const LONGEST_PROBLEM = 300;
function failureOf({ operation_id: id, error_code: code = 'no code', error_message: message }) {
    const words = message === undefined ? code : `${code}: ${message}`;
    return `${words.slice(0, LONGEST_PROBLEM)} (operation ${id})`;
}

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/capacity-detail.js
const NAMED = 4;
function withCapacity(snapshot, capacity) {
    const parts = [snapshot.detail ?? '', instancesText(capacity), releasesText(capacity)];
    const detail = parts.filter((part) => part !== '').join('; ');
    return { ...snapshot, detail, details: { ...snapshot.details, capacity } };
}
function countText(count) {
    return count === 0 ? 'no capacity instances' : `${count} capacity instance${count === 1 ? '' : 's'}`;
}
function instancesText({ instances }) {
    if (instances.length === 0)
        return countText(0);
    const named = instances.slice(0, NAMED).map(({ id, status, deleted }) => `${id} ${deleted ? 'released' : status}`);
    const more = instances.length > NAMED ? [`${instances.length - NAMED} more`] : [];
    return `${countText(instances.length)}: ${[...named, ...more].join(', ')}`;
}
function releasesText({ instances, releasing }) {
    if (releasing !== undefined)
        return `the release of ${releasing} is under way`;
    return instances
        .flatMap(({ id, past }) => (past.last === undefined ? [] : [`the release of ${id} ${past.last}`]))
        .slice(0, NAMED)
        .join(', ');
}

// EXTERNAL MODULE: ./lib/providers/history.js
var providers_history = __nccwpck_require__(570);
;// CONCATENATED MODULE: ./lib/providers/shared/common-rules.js



function applyRules(observed, history, rules) {
    if (observed.state === 'absent') {
        const freshMs = observed.mistaken?.kind === 'name' ? ROUND_MS : rules.freshMs;
        return whenAbsent(history, { ...rules, freshMs });
    }
    const { snapshot } = observed;
    return (whenReplaced(history) ??
        (snapshot.isBeingDeleted ? waitUntilGone('is being deleted') : undefined) ??
        rules.whenBack?.(snapshot) ??
        ((0,providers_history/* deletionAccepted */.ar)(history) ? waitUntilGone('deletion was accepted') : undefined) ??
        whenStillShown(history) ??
        whenGuarded(snapshot, history, rules) ??
        rules.next(snapshot));
}
function waitUntilGone(reason) {
    return { type: 'wait', until: 'gone', reason, after: [] };
}
const CONTRADICTION_MS = 30_000;
function whenGuarded(snapshot, history, { guard, contradiction }) {
    const reason = guard(snapshot);
    if (reason === undefined)
        return undefined;
    const doubt = contradiction?.(snapshot);
    const last = history.at(-1);
    const shownMs = last?.type === 'observed' ? last.until - last.at : 0;
    return doubt !== undefined && shownMs < CONTRADICTION_MS
        ? { type: 'wait', until: 'confirmed', reason: doubt, after: [] }
        : { type: 'end', outcome: 'protected', reason };
}
const ROUND_MS = 1000;
const UNEXPLAINED_MS = 5000;
const UNEXPLAINED_ROUNDS = 3;
function whenAbsent(history, { freshMs, isDoubtful = false }) {
    const { ms, rounds } = absence(history);
    if ((0,providers_history/* snapshots */.ml)(history).length === 0) {
        if (ms >= freshMs)
            return { type: 'end', outcome: 'already-gone', reason: neverFound(history) };
        const reason = `not found; it may be too new to be shown, so the action keeps checking for ${(0,format/* period */.iE)(freshMs)}`;
        return common_rules_confirm(reason, Math.min(freshMs - ms, Math.max(1000, Math.min(5000, ms / 3))));
    }
    const isOurs = (0,providers_history/* deletionAccepted */.ar)(history);
    if (isOurs || history.some((event) => event.type === 'observed' && event.isBeingDeleted)) {
        const last = history.at(-1);
        const isPartial = last?.type === 'not-found' && last.isPartial === true;
        const isClear = isOurs && !isDoubtful && !isPartial && everyObservationAgrees(history);
        if (!isClear && (ms < ROUND_MS || rounds < 2)) {
            return common_rules_confirm('not found; a second round confirms it', ROUND_MS);
        }
        return {
            type: 'end',
            outcome: 'deleted',
            reason: isOurs ? 'confirmed gone' : 'confirmed gone; somebody else deleted it',
        };
    }
    if (ms < UNEXPLAINED_MS || rounds < UNEXPLAINED_ROUNDS) {
        const reason = `not found, although nothing was seen to delete it; checking for ${(0,format/* period */.iE)(UNEXPLAINED_MS)}`;
        return common_rules_confirm(reason, UNEXPLAINED_MS / UNEXPLAINED_ROUNDS);
    }
    return { type: 'end', outcome: 'already-gone', reason: disappeared(history) };
}
function unlessMistaken(step, { mistaken }, policy) {
    if (mistaken === undefined || step.type !== 'end' || step.outcome !== 'already-gone')
        return step;
    if (mistaken.kind === 'parent' && policy.allow.has('last')) {
        return { ...step, reason: `${step.reason}; ${mistaken.reason}` };
    }
    return { type: 'end', outcome: 'failed', reason: `not found: ${mistaken.reason}` };
}
function neverFound(history) {
    const reason = 'not found: already deleted, never there, or not visible with these credentials';
    return `${reason} (checked for ${(0,format/* span */.Ln)(absence(history).ms)})`;
}
function disappeared(history) {
    const unclear = (0,providers_history/* requests */.zG)(history).findLast(({ action, actionResult }) => {
        return action.final && actionResult.result === 'unknown';
    });
    return unclear === undefined
        ? 'disappeared before this run deleted it'
        : `disappeared after a DELETE of this run that got no clear answer (${(0,providers_history/* problemOf */.Zw)(unclear)})`;
}
function common_rules_confirm(reason, pauseMs) {
    return { type: 'wait', until: 'confirmed', reason, after: [], pauseMs: Math.ceil(pauseMs) };
}
function absence(history) {
    const from = history.findLastIndex(({ type }) => type === 'observed' || type === 'requested') + 1;
    const looks = history.slice(from).filter((event) => event.type === 'not-found');
    const [first] = looks;
    const last = looks.at(-1);
    const ms = first === undefined || last === undefined ? 0 : last.until - first.at;
    return { ms, rounds: looks.reduce((sum, { times }) => sum + times, 0) };
}
function everyObservationAgrees(history) {
    const accepted = history.findIndex((event) => event.type === 'requested' && event.action.final && event.actionResult.result === 'accepted');
    const since = history.slice(accepted + 1);
    const absentFrom = since.findIndex(({ type }) => type === 'not-found');
    return since.slice(absentFrom).every(({ type }) => type !== 'observed');
}
function whenReplaced(history) {
    const times = history.flatMap((event) => ('createdAt' in event ? (event.createdAt ?? []) : []));
    if (times.every((time) => sameSecond(time, times[0])))
        return undefined;
    const other = 'a new one has the same ID and is kept';
    if ((0,providers_history/* deletionAccepted */.ar)(history))
        return { type: 'end', outcome: 'deleted', reason: `confirmed gone; ${other}` };
    const isUnclear = (0,providers_history/* requests */.zG)(history).some(({ action, actionResult }) => {
        return action.final && actionResult.result === 'unknown';
    });
    return isUnclear
        ? { type: 'end', outcome: 'already-gone', reason: `${disappeared(history)}; ${other}` }
        : { type: 'end', outcome: 'protected', reason: `somebody else deleted it; ${other}` };
}
const LAG_MS = 2000;
function whenStillShown(history) {
    const missed = (0,providers_history/* requests */.zG)(history).filter(({ action, actionResult }) => {
        return action.final && actionResult.result === 'not-found';
    });
    const last = missed.at(-1);
    const now = history.at(-1)?.until ?? 0;
    if (last === undefined || now - last.until >= LAG_MS * 4 ** (missed.length - 1))
        return undefined;
    return { type: 'wait', until: 'confirmed', reason: 'is still shown, but DELETE did not find it', after: [] };
}

;// CONCATENATED MODULE: ./lib/providers/shared/patience.js
const STABLE_MS = 5000;
const SETTLING_MS = 30_000;
function finalRefusal(history, verb, status, passing, stableMs = STABLE_MS) {
    return passing.has(status) ? undefined : lastingRefusal(refusalsIn(history, verb, status), history, stableMs);
}
function lastingRefusal(refused, history, stableMs = STABLE_MS) {
    const [first] = refused;
    const last = refused.at(-1);
    if (first === undefined || last === undefined)
        return undefined;
    const changed = history.findLast((event) => event.type === 'requested' && !event.action.final && event.actionResult.result === 'accepted');
    if (changed !== undefined && last.until - changed.until < SETTLING_MS)
        return undefined;
    return last.until - first.until >= stableMs ? last : undefined;
}
function refusalsIn(history, verb, status) {
    return history.filter((event, index) => event.type === 'requested' &&
        event.action.verb === verb &&
        event.actionResult.result === 'refused' &&
        statusBefore(history, index) === status);
}
function statusBefore(history, index) {
    return history.slice(0, index).findLast((event) => event.type === 'observed')?.status;
}

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/reservation.js





const BUSY = 'CAPACITY_INSTANCE_OPERATION_CONFLICT';
const UNSUPPORTED = 'CAPACITY_INSTANCE_OPERATION_UNSUPPORTED';
const MAX_TRIES = 3;
const reservation_LAG_MS = 30_000;
const PATIENCE_MS = 5 * 60_000;
const BILLING = 'in the billing console (Expenses and Costs)';
function nextReservationStep(snapshot, history) {
    const { status, details } = snapshot;
    const { capacity } = details;
    if (capacity === undefined) {
        return { type: 'wait', until: 'confirmed', reason: 'its capacity instances were not read', after: [] };
    }
    const left = capacity.instances.filter(({ deleted }) => !deleted);
    const prepaid = left.find(isPaidAhead);
    if (prepaid !== undefined)
        return stayFor(prepaid, history);
    const underWay = whatIsUnderWay(status, capacity, left);
    if (underWay !== undefined)
        return { type: 'wait', until: 'settled', reason: underWay, after: planFor(left) };
    const [next] = left.toSorted((a, b) => Number(isPostpaid(a)) - Number(isPostpaid(b)));
    if (next !== undefined)
        return releaseStep(next, left, history);
    if (capacity.instances.length > 0) {
        return waitOrFail(`it is ${status}, and released capacity instances are still listed`, history);
    }
    if (status !== 'STOPPED')
        return waitOrFail(`it is ${status} without capacity instances, and not STOPPED`, history);
    return deleteStep(history);
}
function isPaidAhead(instance) {
    return !isPostpaid(instance) && instance.status !== 'FAILED' && instance.status !== 'DELETING';
}
function isPostpaid({ chargeType }) {
    return chargeType === 'post_paid';
}
function stayFor({ id, chargeType, status }, history) {
    const begun = (0,providers_history/* acts */.Ij)(history, 'release').length > 0;
    const how = chargeType === 'pre_paid' ? 'is prepaid' : `has the charge type ${chargeType ?? 'unknown'}, not post_paid`;
    const reason = `its capacity instance ${id} (${status}) ${how}: unsubscribe that ${BILLING}, then run this again`;
    return { type: 'end', outcome: begun ? 'refused' : 'protected', reason };
}
function whatIsUnderWay(status, { releasing }, left) {
    if (releasing !== undefined)
        return `the release of capacity instance ${releasing} is under way`;
    const moving = left.find((instance) => status_PASSING.has(instance.status));
    if (moving !== undefined)
        return `its capacity instance ${moving.id} is ${moving.status}`;
    return status_PASSING.has(status) ? `is ${status}, with ${countText(left.length)}` : undefined;
}
function releaseStep(instance, left, history) {
    const { id, status, past } = instance;
    const obstacle = afterLastRelease(instance, history);
    if (obstacle !== undefined)
        return obstacle;
    const again = past.tries + past.failedAtOnce === 0 ? '' : ' (again)';
    const others = left.filter((other) => other !== instance);
    return {
        type: 'act',
        action: { verb: 'release', final: false, instance: id },
        reason: `has ${countText(left.length)} to release: ${[`${id} (${status})${again}`, ...named(others)].join(', ')}`,
        after: [`wait until capacity instance ${id} is released`, ...planFor(others)],
    };
}
function afterLastRelease({ id, status, past }, history) {
    const mine = (0,providers_history/* acts */.Ij)(history, 'release').filter(({ action }) => action.instance === id);
    const last = mine.at(-1);
    if (past.tries + past.failedAtOnce >= MAX_TRIES) {
        const times = `${past.tries + past.failedAtOnce} times`;
        const how = past.last === 'FAILED' ? `FAILED ${times}, last with ${past.problem}` : `did not release it, ${times}`;
        return { type: 'end', outcome: 'failed', reason: `the release of its capacity instance ${id} (${status}) ${how}` };
    }
    if (past.last === 'SUCCEEDED' && last?.actionResult.result === 'accepted' && !isStuck(history)) {
        const reason = `capacity instance ${id} is still ${status}, though its release SUCCEEDED`;
        return { type: 'wait', until: 'settled', reason, after: [] };
    }
    if (past.last === 'FAILED' && (0,providers_history/* sameObservations */.w7)(history) < 2) {
        const reason = `the release of capacity instance ${id} FAILED: ${past.problem}`;
        return { type: 'wait', until: 'confirmed', reason, after: [] };
    }
    if (last?.actionResult.result === 'not-found') {
        if ((history.at(-1)?.until ?? 0) - last.until < reservation_LAG_MS) {
            const reason = `capacity instance ${id} is ${status}, but was not found when it was to be released`;
            return { type: 'wait', until: 'confirmed', reason, after: [] };
        }
        const reason = `its capacity instance ${id} was not found when it was to be released, but is still ${status}`;
        return { type: 'end', outcome: 'failed', reason };
    }
    if (last?.actionResult.result !== 'refused' || last.actionResult.status === 200)
        return undefined;
    if (last.actionResult.code === BUSY)
        return undefined;
    const reason = `Model Studio refuses to release its capacity instance ${id} in status ${status}: ${(0,providers_history/* problemOf */.Zw)(last)}`;
    return { type: 'end', outcome: 'refused', reason };
}
function deleteStep(history) {
    const refused = (0,providers_history/* ended */.v6)(history, 'delete', 'refused');
    const last = refused.at(-1);
    if (last !== undefined && isFinal(refused, history)) {
        const reason = `Model Studio refuses to delete it, although it is STOPPED without capacity instances: ${(0,providers_history/* problemOf */.Zw)(last)}`;
        return { type: 'end', outcome: 'refused', reason };
    }
    return {
        type: 'act',
        action: { verb: 'delete', final: true },
        reason: 'is STOPPED, with no capacity instances left',
        after: ['wait until it is gone'],
    };
}
function isFinal(refused, history) {
    const [first] = refused;
    const last = refused.at(-1);
    if (first === undefined || last?.actionResult.result !== 'refused')
        return false;
    if (isPermanent(last.actionResult))
        return true;
    if (last.actionResult.code === BUSY)
        return false;
    if (last.actionResult.code === UNSUPPORTED)
        return last.until - first.until >= PATIENCE_MS;
    return lastingRefusal(refused, history) !== undefined;
}
function waitOrFail(what, history) {
    if (!isStuck(history))
        return { type: 'wait', until: 'settled', reason: what, after: planFor([]) };
    const reason = `${what}, for ${PATIENCE_MS / 60_000} minutes without a change; see it in the Model Studio console`;
    return { type: 'end', outcome: 'failed', reason };
}
function isStuck(history) {
    const last = history.at(-1);
    return last !== undefined && last.type !== 'requested' && last.until - last.at >= PATIENCE_MS;
}
function planFor(left) {
    const toGo = named(left.filter(({ status }) => status !== 'DELETING'));
    const release = toGo.length === 0 ? [] : [`release one after another ${toGo.join(', ')}`];
    return [...release, 'delete once it is STOPPED without capacity instances', 'wait until it is gone'];
}
const reservation_NAMED = 8;
function named(instances) {
    const texts = instances.slice(0, reservation_NAMED).map(({ id, status }) => `${id} (${status})`);
    return instances.length > reservation_NAMED ? [...texts, `${instances.length - reservation_NAMED} more`] : texts;
}

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/rules.js






const FRESH_MS = 10_000;
const BACK_MS = 30_000;
function nextAlibabaStep(observed, history, policy) {
    return applyRules(observed, history, {
        freshMs: FRESH_MS,
        whenBack: ({ status }) => whenBack(status, history),
        guard: ({ details }) => protectionOf(details, policy),
        next: (snapshot) => snapshot.details.reservation ? nextReservationStep(snapshot, history) : nextDeploymentStep(snapshot, history),
    });
}
function nextDeploymentStep({ status, details }, history) {
    const last = (0,providers_history/* ended */.v6)(history, 'delete', 'refused').at(-1);
    const isFinal = last?.actionResult.result === 'refused' && isPermanent(last.actionResult);
    const refusal = isFinal ? last : finalRefusal(history, 'delete', status, status_PASSING);
    if (refusal !== undefined) {
        const reason = `Model Studio refuses to delete it in status ${status}: ${(0,providers_history/* problemOf */.Zw)(refusal)}`;
        return { type: 'end', outcome: 'refused', reason };
    }
    return {
        type: 'act',
        action: { verb: 'delete', final: true },
        reason: details.prepaid ? `is ${status} and prepaid: ${LOSS}` : `is ${status}`,
        after: ['wait until it is gone'],
    };
}
function whenBack(status, history) {
    const wasGoing = history.some((event) => event.type === 'observed' && event.isBeingDeleted);
    if (!wasGoing || (status !== 'RUNNING' && status !== 'FAILED'))
        return undefined;
    const last = history.at(-1);
    if (last?.type === 'observed' && last.until - last.at >= BACK_MS) {
        const reason = `Model Studio accepted the deletion, but the deployment is ${status} again; check it in the console and run the step again`;
        return { type: 'end', outcome: 'failed', reason };
    }
    return { type: 'wait', until: 'confirmed', reason: `is back in ${status} after it was being deleted`, after: [] };
}
function protectionOf(details, policy) {
    if (details.workspaceUnknown) {
        return "it does not say which workspace it belongs to, so 'workspace-id' cannot be checked";
    }
    if (details.foreignWorkspace !== undefined) {
        return `it belongs to workspace ${details.foreignWorkspace}, not to the one in 'workspace-id'`;
    }
    if (details.reservation && !policy.allow.has('reservation')) {
        return "it is a throughput reservation: release its capacity instances in the Model Studio console and delete it there, or set 'allow: reservation' to have both done";
    }
    if (details.prepaid && !policy.allow.has('prepaid')) {
        return details.reservation
            ? "it is a prepaid reservation: unsubscribe its prepaid capacity instances in the billing console, and add 'prepaid' to 'allow' to delete what is left"
            : "it is prepaid and deleting it may forfeit what was paid: unsubscribe it in the billing console, or set 'allow: prepaid'";
    }
    return undefined;
}
const LOSS = 'what was paid for the rest of its term may be lost';
function collateralOf({ prepaid, reservation }) {
    if (reservation)
        return [{ kind: 'capacity', sentence: 'its capacity instances are released first' }];
    return prepaid ? [{ kind: 'payment', sentence: `it is prepaid: ${LOSS}` }] : [];
}

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/provider.js











const GET_UP_TO = 3;
const MAX_UNSTEADY = 10;
function connectAlibabaModelStudio(settings, connection) {
    const api = createAlibabaApi(settings, connection);
    const deployments = createDeployments(api);
    const capacity = createCapacity(api, connection.clock);
    const { describe, describeWithCapacity } = createDescribers(capacity, settings.workspaceId);
    const observeWith = createObserver(deployments);
    return {
        concurrency: CONCURRENCY,
        async list() {
            const { byId } = await deployments.readAll();
            return [...byId.values()].map((deployment) => ({
                target: { resource: 'deployment', id: deployment.deployed_model },
                snapshot: snapshotOf(deployment, settings.workspaceId),
            }));
        },
        observe: (targets) => observeWith(targets, describeWithCapacity, false),
        confirmGone: (targets) => observeWith(targets, describe, true),
        protection: ({ details }, policy) => protectionOf(details, policy),
        collateral: ({ details }) => collateralOf(details),
        nextStep: nextAlibabaStep,
        requestText: requestText,
        async act(target, action, limits) {
            switch (action.verb) {
                case 'release':
                    return capacity.release(target, action.instance, limits);
                case 'delete':
                    return actionResultOf(await api.remove(deploymentPath(target.id), limits), target);
            }
        },
    };
}
function createDescribers(capacity, workspaceId) {
    const describe = async (deployment, exchange) => ({
        state: 'present',
        snapshot: snapshotOf(deployment, workspaceId),
        exchange,
    });
    const describeWithCapacity = async (deployment, exchange) => {
        const snapshot = snapshotOf(deployment, workspaceId);
        const { createdAt, details } = snapshot;
        if (!details.reservation || details.foreignWorkspace !== undefined || snapshot.isBeingDeleted) {
            return { state: 'present', snapshot, exchange };
        }
        try {
            const now = await capacity.look(deployment.deployed_model, createdAt);
            return { state: 'present', snapshot: withCapacity(snapshot, now), exchange };
        }
        catch (error) {
            return { ...observe_unreadable(error), ...(createdAt === undefined ? {} : { createdAt }) };
        }
    };
    return { describe, describeWithCapacity };
}
function createObserver(deployments) {
    const readAll = coalesce(() => deployments.readAll());
    const readNext = singleFlightNext(() => deployments.readAll());
    let pages = 1;
    let unsteady = 0;
    let counted;
    const getWith = (describe) => async ({ id }) => {
        const { deployment, exchange } = await deployments.find(id);
        return deployment === undefined ? { state: 'absent', exchange } : describe(deployment, exchange);
    };
    const shown = (list, describe) => {
        pages = list.pages;
        const show = (id) => {
            const deployment = list.byId.get(id);
            return deployment && describe(deployment, list.exchange);
        };
        return { show, isWhole: list.isWhole };
    };
    return async (targets, describe, canWait) => {
        const get = getWith(describe);
        if (targets.length <= GET_UP_TO || targets.length <= pages) {
            let known = [];
            const readList = async () => {
                const list = await readNext();
                known = [...list.byId.keys()];
                return shown(list, describe);
            };
            const observations = await Promise.all(targets.map((target) => attempt(() => observeOne(target, get, readList))));
            return mistypedAs(observations, targets, known, 'deployment');
        }
        const list = await readAll();
        if (list !== counted)
            unsteady = list.isWhole ? 0 : unsteady + 1;
        counted = list;
        const missing = targets.filter(({ id }) => !list.byId.has(id));
        const isEarly = canWait && !list.isWhole && unsteady <= MAX_UNSTEADY && missing.length > list.pages;
        const getMissing = isEarly ? async () => ({ state: 'unsettled' }) : get;
        const observations = await observeMany(targets, shown(list, describe), getMissing);
        return canWait ? observations : mistypedAs(observations, targets, [...list.byId.keys()], 'deployment');
    };
}

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/settings.js

const API_URLS = {
    'ap-southeast-1': 'https://dashscope-intl.aliyuncs.com/api/v1',
    'cn-beijing': 'https://dashscope.aliyuncs.com/api/v1',
};
function readAlibabaSettings(reader, apiUrl) {
    const region = reader.oneOf('region', ['ap-southeast-1', 'cn-beijing']) ?? 'ap-southeast-1';
    const workspaceId = headerSafe(reader, 'workspace-id');
    if (apiUrl?.pathname.includes('/compatible-mode')) {
        reader.mistake("'api-url' is the address that OpenAI's clients use; deployments are below /api/v1 of the same host");
    }
    return {
        apiKey: readApiKey(reader, 'DASHSCOPE_API_KEY').key,
        apiUrl: apiUrl ?? new URL(API_URLS[region]),
        ...(apiUrl === undefined ? { region } : {}),
        ...(workspaceId === '' ? {} : { workspaceId }),
    };
}
function alibabaNotices({ apiKey, apiUrl }, reader) {
    const variable = reader.variable('DASHSCOPE_HTTP_BASE_URL');
    const isOther = variable !== '' && !(URL.canParse(variable) && new URL(variable).host === apiUrl.host);
    return [
        ...(apiKey.startsWith('sk-sp-')
            ? ["the key begins with sk-sp-; such keys belong to other base URLs, so it may be refused: set 'api-url'"]
            : []),
        ...(BASETEN_KEY.test(apiKey)
            ? ['the key has the form of a Baseten key, and those of Model Studio begin with sk-: is it the right secret?']
            : []),
        ...(isOther
            ? [`DASHSCOPE_HTTP_BASE_URL names another host, but the inputs decide: deployments of ${apiUrl.host} are meant`]
            : []),
    ];
}
const BASETEN_KEY = /^\w{8}\.\w{32}$/;

;// CONCATENATED MODULE: ./lib/providers/alibaba-model-studio/definition.js





const alibabaModelStudio = defineProvider({
    name: 'alibaba-model-studio',
    homeDomain: '.aliyuncs.com',
    statuses: [
        'PENDING',
        'DEPLOYING',
        'RUNNING',
        'UPDATING',
        'UPDATING_FAILED',
        'STOPPED',
        'FAILED',
        'DELETING',
        'OFFLINING',
        'ARREARS_DOWN',
        'ARREARS_RECOVERING',
        'WAIT_PRE_PAID_BILLING_TO_DEPLOYING',
        'WAIT_PRE_PAID_BILLING_TO_SCALING',
        'WAIT_TO_DEPLOY',
        'SCALING',
        'STOPPING',
        'SUSPENDING',
        'SUSPENDED',
        'STARTING',
        'RECOVERING',
    ],
    guards: ['prepaid', 'reservation'],
    resources: {
        deployment: {
            ids: 'deployment-id',
            plural: 'deployments',
            hasName: true,
            nameCharacters: { allowed: /[\w.:-]/, words: 'letters, digits, _ - . :' },
            hasStatus: true,
        },
    },
    ownInputs: {
        region: { default: 'ap-southeast-1' },
        'workspace-id': { default: '' },
        'api-key': { default: '', secrets: keySecrets, ignoredElsewhere: true },
    },
    secretVariables: { DASHSCOPE_API_KEY: keySecrets },
    idProblem(_resource, id) {
        const problem = idTextProblem(id);
        if (problem !== undefined)
            return problem;
        return id === 'models' ? 'is a reserved word of the API and no deployment' : undefined;
    },
    readSettings: readAlibabaSettings,
    where: ({ region, workspaceId }) => [
        ...(region === undefined ? [] : [`region ${region}`]),
        ...(workspaceId === undefined ? [] : [`workspace ${workspaceId}`]),
    ],
    notices: alibabaNotices,
    create: connectAlibabaModelStudio,
});

;// CONCATENATED MODULE: ./lib/providers/baseten/api.js






const LATER = object({ retry_after: pipe(number(), minValue(0)) });
const api_COMPLAINT = object({ code: lenientString, message: lenientString, error: lenientString, detail: lenientString });
const api_CONCURRENCY = 8;
const api_PROFILE = {
    requestTimeoutMs: 30_000,
    concurrency: api_CONCURRENCY,
    retryAfterMs: (body) => {
        const later = safeParse(LATER, body);
        return later.success ? later.output.retry_after * 1000 : undefined;
    },
    describe: describeBaseten,
};
const api_MAX_LIST_BYTES = 32 * 1024 * 1024;
function createReads(settings, http) {
    const base = withSuffix(settings.apiUrl, '/v1');
    const headers = { authorization: `${settings.scheme} ${settings.apiKey}` };
    return (path, maxBytes) => http.read({ method: 'GET', url: below(base, path), headers, ...(maxBytes === undefined ? {} : { maxBytes }) });
}
function createBasetenApi(settings, connection) {
    const http = connection.openHttp(api_PROFILE);
    const base = withSuffix(settings.apiUrl, '/v1');
    const authorization = `${settings.scheme} ${settings.apiKey}`;
    const key = createCredentialCheck(isSuccess);
    const checked = async (request) => {
        const answer = await key.watch(request);
        if (answer.status === 401 || answer.status === 403)
            throw await noAccess(answer);
        return answer;
    };
    const noAccess = async (answer) => {
        const scope = (await key.hasWorked()) && answer.status === 403 ? 'target' : 'account';
        const hint = scope === 'target'
            ? 'The key works, but not for this: it may be limited to some environments'
            : "Check 'api-key': it may be wrong or revoked. It must be a personal key, or a team key that may manage all team models, not an inference-only key";
        return new ProviderError(scope, `Baseten denied access: ${describeBaseten(answer)}. ${hint}`, answer.exchange);
    };
    const find = async (path, list = {}) => {
        const answer = await checked(http.read({ method: 'GET', url: below(base, path), headers: { authorization }, ...list }));
        if (isSuccess(answer) || answer.status === 404)
            return answer;
        throw new ProviderError('target', describeBaseten(answer), answer.exchange);
    };
    return {
        find: (path) => find(path),
        findList: (path) => find(path, { maxBytes: api_MAX_LIST_BYTES }),
        hasWorked: key.hasWorked,
        async write(method, path, { notAfter }) {
            const post = method === 'POST' ? { body: '{}', headers: { authorization, 'content-type': 'application/json' } } : {};
            return checked(http.write({ method, url: below(base, path), headers: { authorization }, ...post, notAfter }));
        },
    };
}
const ALIASES = ['production', 'development'];
function pathOf({ resource, id, parent = '' }) {
    switch (resource) {
        case 'model':
            return `/models/${segment(id)}`;
        case 'chain':
            return `/chains/${segment(id)}`;
        case 'deployment':
            return `/models/${segment(parent)}/deployments/${segment(id, ALIASES)}`;
        case 'environment':
            return `/models/${segment(parent)}/environments/${segment(id)}`;
        case 'chain-deployment':
            return `/chains/${segment(parent)}/deployments/${segment(id)}`;
        case 'resource-group':
            throw noSuchResource(resource);
    }
}
function noSuchResource(resource) {
    return new ProviderError('target', `Baseten has no ${resource}`);
}
function describeBaseten(answer) {
    const parsed = safeParse(api_COMPLAINT, answer.body);
    if (!parsed.success)
        return describe(answer, {});
    const { code, message, error, detail } = parsed.output;
    return describe(answer, { code, message: message ?? error ?? detail });
}

;// CONCATENATED MODULE: ./lib/providers/baseten/action.js
function subjectOf(target, action) {
    const { parent = '' } = target;
    switch (action.verb) {
        case 'delete':
        case 'deactivate':
            return target;
        case 'delete-environment':
            return { resource: 'environment', id: action.environment, parent };
        case 'delete-model':
            return { resource: 'model', id: parent };
    }
}
function action_requestText(action) {
    switch (action.verb) {
        case 'deactivate':
            return 'its deactivation';
        case 'delete-environment':
            return `the deletion of the environment ${action.environment}`;
        case 'delete':
            return 'its deletion';
        case 'delete-model':
            return 'the deletion of its model';
    }
}

;// CONCATENATED MODULE: ./lib/providers/baseten/schema.js


const MODEL = object({
    id: string(),
    name: lenientString,
    created_at: lenientString,
    deployments_count: fallback(optional(number()), undefined),
    production_deployment_id: optional(nullable(string())),
    development_deployment_id: optional(nullable(string())),
});
const LENIENT_COUNT = fallback(optional(pipe(number(), integer(), minValue(0))), undefined);
const LABELS = custom((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const schema_DEPLOYMENT = object({
    id: string(),
    status: string(),
    name: lenientString,
    created_at: lenientString,
    is_production: dist_boolean(),
    is_development: dist_boolean(),
    environment: optional(nullable(string())),
    labels: fallback(optional(nullable(LABELS)), undefined),
    instance_type_name: optional(lenientString),
    active_replica_count: LENIENT_COUNT,
});
const CHAINLETS = fallback(optional(array(object({ instance_type_name: optional(lenientString), active_replica_count: LENIENT_COUNT }))), undefined);
const CHAIN_DEPLOYMENT = pipe(object({
    id: string(),
    status: string(),
    created_at: lenientString,
    environment: nullable(string()),
    chainlets: CHAINLETS,
}), transform(({ chainlets, ...deployment }) => ({
    ...deployment,
    ...(chainlets === undefined ? {} : { chainlets }),
    name: undefined,
    labels: undefined,
    instance_type_name: undefined,
    active_replica_count: undefined,
    is_production: false,
    is_development: false,
})));
const IN_ENVIRONMENT = optional(nullable(object({
    id: string(),
    name: optional(lenientString),
    is_production: optional(fallback(dist_boolean(), false)),
})));
const ENVIRONMENT = object({
    name: string(),
    created_at: optional(lenientString),
    current_deployment: IN_ENVIRONMENT,
    candidate_deployment: IN_ENVIRONMENT,
    in_progress_promotion: optional(fallback(nullable(object({ status: string() })), null)),
});
const MODELS = object({ models: array(MODEL) });
const CHAINS = object({ chains: array(MODEL) });
const schema_DEPLOYMENTS = object({ deployments: array(schema_DEPLOYMENT) });
const CHAIN_DEPLOYMENTS = object({ deployments: array(CHAIN_DEPLOYMENT) });
const ENVIRONMENTS = object({ environments: array(ENVIRONMENT) });
const TOMBSTONE = object({
    id: string(),
    deleted: dist_boolean(),
    model_id: lenientString,
    chain_id: lenientString,
});
const ENVIRONMENT_TOMBSTONE = object({ name: string(), deleted: dist_boolean(), model_id: lenientString });
const DEACTIVATED = object({ success: fallback(dist_boolean(), true) });

;// CONCATENATED MODULE: ./lib/providers/baseten/action-result.js





const REFUSALS = new Set([400, 409, 412, 422]);
function deletionResult(answer, subject) {
    const { exchange } = answer;
    const other = otherResult(answer, subject);
    if (other !== undefined)
        return other;
    if (answer.body === undefined)
        return { result: 'accepted', exchange };
    const { id, parent, deleted } = tombstoneOf(answer, subject);
    const isOther = id !== subject.id || (parent ?? subject.parent) !== subject.parent;
    if (isOther || !deleted) {
        const said = deleted ? 'the tombstone of another ID' : 'deleted: false';
        throw new ProviderError('target', `Baseten answered DELETE with ${said}; check the account`, exchange);
    }
    return { result: 'accepted', tombstone: answer.body, exchange };
}
function deactivationResult(answer, subject) {
    const { exchange, status } = answer;
    const other = otherResult(answer, subject);
    if (other !== undefined)
        return other;
    const { success } = answer.body === undefined ? { success: true } : parseBody(DEACTIVATED, answer);
    if (success)
        return { result: 'accepted', exchange };
    return { result: 'refused', problem: 'Baseten answered success: false', status, exchange };
}
function otherResult(answer, { resource }) {
    const { exchange, status } = answer;
    if (isSuccess(answer))
        return undefined;
    if (status === 404)
        return { result: 'not-found', exchange };
    if (REFUSALS.has(status) || (status === 405 && resource === 'environment')) {
        return { result: 'refused', problem: describeBaseten(answer), status, exchange };
    }
    throw new ProviderError('target', describeBaseten(answer), exchange);
}
function tombstoneOf(answer, { resource }) {
    if (resource === 'environment') {
        const { name, model_id, deleted } = parseBody(ENVIRONMENT_TOMBSTONE, answer);
        return { id: name, parent: model_id, deleted };
    }
    const { id, model_id, chain_id, deleted } = parseBody(TOMBSTONE, answer);
    return { id, parent: resource === 'chain-deployment' ? chain_id : model_id, deleted };
}

;// CONCATENATED MODULE: ./lib/providers/baseten/guards.js

function guards_protectionOf(details, policy) {
    switch (details.resource) {
        case 'model':
        case 'chain':
            return undefined;
        case 'environment':
            return environmentReason(details, policy);
        case 'deployment':
        case 'chain-deployment':
            return (guardReason(details.guard, details.resource, policy) ??
                lastReason(details, policy) ??
                incompleteListReason(details, policy));
    }
}
function membershipsOf({ guard }) {
    return guard === undefined || guard.kind === 'production' ? [] : guard.environments;
}
function othersOf({ id, siblings = [] }) {
    return siblings.filter((member) => member.id !== id);
}
function isLast(details, policy) {
    if (details.resource !== 'deployment' || details.siblings?.[0]?.id !== details.id)
        return false;
    const notDeleted = policy.allow.has('last') ? policy.notDeleted : undefined;
    return othersOf(details).every(({ id, guard }) => {
        const key = (0,providers_target/* targetKey */.hD)({ resource: details.resource, id, parent: details.parent });
        return (policy.selected.has(key) && !notDeleted?.has(key) && guardReason(guard, details.resource, policy) === undefined);
    });
}
function lastReason(details, policy) {
    if (policy.allow.has('last') || !isLast(details, policy))
        return undefined;
    return "it is the last deployment of its model, which Baseten does not delete on its own: delete the model with 'resource: model', or set 'allow: last' to delete the model with it";
}
function incompleteListReason(details, policy) {
    if (details.incompleteList === undefined || !policy.allow.has('last') || !isLast(details, policy))
        return undefined;
    return `it is the last deployment that this key sees of its model, but ${details.incompleteList}: the model is not deleted with it`;
}
function guardReason(guard, resource, policy) {
    switch (guard?.kind) {
        case 'production': {
            const whole = resource === 'deployment' ? 'model' : 'chain';
            return `it serves production, which is never deleted: promote another deployment first, or delete the whole ${whole} with 'resource: ${whole}'`;
        }
        case 'development':
            if (!policy.allow.has('development')) {
                return "it is the model's development deployment; set 'allow: development' to delete it";
            }
            return membershipReason(guard.environments, policy);
        case 'environment':
            return membershipReason(guard.environments, policy);
        case undefined:
            return undefined;
    }
}
function membershipReason(environments, policy) {
    if (environments.length === 0)
        return undefined;
    const names = environments.map(({ name }) => name).join(', ');
    const serves = `it serves or is a candidate for the environment ${names}: promote another deployment there`;
    for (const environment of environments) {
        const reason = environmentReason(environment, policy);
        if (reason !== undefined)
            return `${serves}, because ${environment.name} cannot be deleted: ${reason}`;
    }
    return policy.allow.has('environment')
        ? undefined
        : `${serves}, or set 'allow: environment' to delete the environment with it`;
}
function environmentReason({ name, keptBecause }, { allow }) {
    if (keptBecause !== undefined)
        return keptBecause;
    return name === 'development' && !allow.has('development')
        ? "it is the development environment; set 'allow: development' to delete it"
        : undefined;
}

;// CONCATENATED MODULE: ./lib/providers/baseten/collateral.js

function collateral_collateralOf(details, policy) {
    switch (details.resource) {
        case 'model':
        case 'chain':
            return [];
        case 'environment':
            return changesBy(details);
        case 'deployment':
        case 'chain-deployment':
            return [
                ...(policy.allow.has('last') && isLast(details, policy) ? withModel(details) : []),
                ...(policy.allow.has('environment') ? withEnvironments(details) : []),
            ];
    }
}
function changesBy(environment, id) {
    const { current, currentName, candidate, candidateName, promotion } = environment;
    const changes = [];
    if (current !== undefined && current !== id) {
        const sentence = `${deployment(current, currentName)} is scaled to zero`;
        changes.push({ kind: 'deployment', id: current, name: currentName, sentence });
    }
    if (candidate !== undefined || promotion !== undefined) {
        const which = candidate === undefined ? 'a deployment' : deployment(candidate, candidateName);
        const state = promotion === undefined ? '' : ` (${promotion})`;
        const sentence = `the promotion of ${which}${state} is cancelled`;
        changes.push({ kind: 'deployment', id: candidate, name: candidateName, sentence });
    }
    return changes;
}
function withEnvironments(details) {
    return membershipsOf(details).flatMap((environment) => [
        environmentDeleted(environment.name),
        ...changesBy(environment, details.id).filter(({ id }) => id !== details.id),
    ]);
}
function withModel({ parent, model }) {
    const name = model?.name;
    const sentence = `its model${name === undefined ? '' : ` ${name}`} is deleted with it, because it is the last deployment`;
    return [
        { kind: 'model', id: parent, name, sentence },
        ...(model?.environments ?? []).map((environment) => environmentDeleted(environment)),
    ];
}
function environmentDeleted(name) {
    return { kind: 'environment', id: name, name, sentence: `the environment ${name} is deleted with it` };
}
function deployment(id, name = '') {
    return name === '' || name.length > 100 ? `deployment ${id}` : `deployment ${id} (${name})`;
}

;// CONCATENATED MODULE: ./lib/providers/baseten/deployment-snapshot.js


function unasked(resource, parent, id) {
    return { resource, id, parent, guard: undefined, siblings: undefined };
}
function deployment_snapshot_snapshotOf(deployment, details) {
    const { status, name, labels } = deployment;
    const createdAt = parseTime(deployment.created_at);
    const running = runningParts(deployment, details.resource);
    const held = membershipsOf(details).map(({ name }) => name);
    const parts = [
        held.length === 0 ? '' : `in the environment ${held.join(', ')}`,
        details.incompleteList !== undefined && details.siblings?.[0]?.id === details.id ? details.incompleteList : '',
    ].filter((detail) => detail !== '');
    return {
        status,
        ...(parts.length === 0 ? {} : { detail: parts.join('; ') }),
        ...(name === undefined ? {} : { name }),
        ...(createdAt === undefined ? {} : { createdAt }),
        ...(labels === undefined ? {} : { labels }),
        ...(running === undefined ? {} : { parts: running }),
        details,
    };
}
function runningParts({ status, instance_type_name, active_replica_count, chainlets }, resource) {
    const isOff = status === 'INACTIVE' || status === 'SCALED_TO_ZERO';
    const all = resource === 'deployment' ? [{ instance_type_name, active_replica_count }] : chainlets;
    return all?.map((part) => ({
        instanceType: part.instance_type_name,
        replicas: isOff ? 0 : part.active_replica_count,
    }));
}

;// CONCATENATED MODULE: ./lib/providers/baseten/mistaken.js

function mistakenAs(observations, why) {
    return observations.map((observation, index) => {
        const mistaken = observation.state === 'absent' ? why(index) : undefined;
        return mistaken === undefined || observation.state !== 'absent' ? observation : { ...observation, mistaken };
    });
}
function knownAsName(text, resource, known) {
    if (text === undefined)
        return undefined;
    for (const { id, name } of known) {
        const what = name === text
            ? `it is the name of ${resource} ${id}; write that ID, or use 'name' for names`
            : nearlyTheId(text, id, resource);
        if (what !== undefined)
            return { kind: 'name', reason: what };
    }
    return undefined;
}
function noSuchParent({ resource }, id, others) {
    const [named] = [...others.values()].filter(({ name }) => name === id);
    return {
        kind: named === undefined ? 'parent' : 'name',
        reason: named === undefined
            ? `${resource} ${id} does not exist, or is not visible with this key`
            : `${id} is the name of ${resource} ${named.id}; write that ID in '${resource}-id'`,
    };
}

;// CONCATENATED MODULE: ./lib/providers/baseten/resource-client.js

function shown(snapshots, { exchange }) {
    const show = (id) => {
        const snapshot = snapshots.get(id);
        return snapshot && { state: 'present', snapshot, exchange };
    };
    return { show, isWhole: true };
}
function sameId(id, target, answer) {
    if (id === target.id)
        return;
    throw new ProviderError('target', `Baseten answered about another ${target.resource}`, answer.exchange);
}

;// CONCATENATED MODULE: ./lib/providers/baseten/parents.js











const MODELS_KIND = {
    resource: 'model',
    deployment: 'deployment',
    one: (answer) => parseBody(MODEL, answer),
    all: (answer) => parseBody(MODELS, answer).models,
    oneDeployment: (answer) => parseBody(schema_DEPLOYMENT, answer),
    allDeployments: (answer) => parseBody(schema_DEPLOYMENTS, answer).deployments,
};
const CHAINS_KIND = {
    resource: 'chain',
    deployment: 'chain-deployment',
    one: (answer) => parseBody(MODEL, answer),
    all: (answer) => parseBody(CHAINS, answer).chains,
    oneDeployment: (answer) => parseBody(CHAIN_DEPLOYMENT, answer),
    allDeployments: (answer) => parseBody(CHAIN_DEPLOYMENTS, answer).deployments,
};
async function listParents(api, parentKind) {
    const answer = await api.findList(`/${parentKind.resource}s`);
    if (!isSuccess(answer))
        throw noSuchApi(answer);
    return [...new Map(parentKind.all(answer).map((each) => [each.id, each])).values()];
}
function noSuchApi(answer) {
    return new ProviderError('account', `${describeBaseten(answer)}. Check 'api-url'`, answer.exchange);
}
function parentMissing({ exchange }, { reason }) {
    throw new ProviderError('account', reason, exchange);
}
function createParentIndex(api, parentKind) {
    return {
        read: singleFlightNext(async () => {
            const answer = await api.findList(`/${parentKind.resource}s`);
            if (!isSuccess(answer)) {
                if (!(await api.hasWorked()))
                    throw noSuchApi(answer);
                throw new UnclearAnswer(describeBaseten(answer), answer.exchange);
            }
            return { byId: new Map(parentKind.all(answer).map((each) => [each.id, each])), answer };
        }),
    };
}
const LIST_FROM = 5;
function createParents(api, parentKind, index) {
    const { resource } = parentKind;
    const get = async (target) => {
        const answer = await api.find(pathOf(target));
        if (answer.status === 404)
            return { state: 'absent', exchange: answer.exchange };
        const found = parentKind.one(answer);
        sameId(found.id, target, answer);
        return { state: 'present', snapshot: parents_snapshotOf(found, resource), exchange: answer.exchange };
    };
    const observe = async (_parent, targets) => {
        let known = new Map();
        const readList = async () => {
            const { byId, answer } = await index.read();
            known = byId;
            return shown(new Map([...byId].map(([id, each]) => [id, parents_snapshotOf(each, resource)])), answer);
        };
        const observations = targets.length < LIST_FROM
            ? await Promise.all(targets.map((target) => attempt(() => observeOne(target, get, readList))))
            : await observeMany(targets, await readList(), get);
        return mistakenAs(observations, (index) => knownAsName(targets[index]?.id, resource, known.values()));
    };
    return {
        async list() {
            const all = await listParents(api, parentKind);
            return all.map((each) => ({ target: { resource, id: each.id }, snapshot: parents_snapshotOf(each, resource) }));
        },
        observe,
        confirmGone: observe,
    };
}
function parents_snapshotOf(parentKind, resource) {
    const { name, deployments_count: count } = parentKind;
    const createdAt = parseTime(parentKind.created_at);
    return {
        status: '',
        detail: `${count ?? 'an unknown number of'} deployment${count === 1 ? '' : 's'}${parentKind.production_deployment_id ? ', including production' : ''}`,
        ...(name === undefined ? {} : { name }),
        ...(createdAt === undefined ? {} : { createdAt }),
        details: { resource },
    };
}

;// CONCATENATED MODULE: ./lib/providers/shared/together.js
const APART_MS = 3000;
const together_MAX_TRIES = 3;
async function readTogether(clock, reads) {
    for (let tries = 1;; tries++) {
        const arrivals = [];
        const answers = await Promise.all(reads.map(async (read) => {
            const answer = await read();
            arrivals.push(clock.now());
            return answer;
        }));
        const apartMs = Math.max(...arrivals) - Math.min(...arrivals);
        if (apartMs <= APART_MS || tries === together_MAX_TRIES)
            return answers;
    }
}

;// CONCATENATED MODULE: ./lib/providers/baseten/environment-details.js
const PRODUCTION = 'production';
const OVER = new Set(['SUCCEEDED', 'FAILED', 'CANCELED']);
function environmentDetails(environments, parentKind, production = new Set()) {
    const serving = new Set([...production, ...servingProduction(environments)]);
    return new Map(environments.map((environment) => [environment.name, detailsOf(environment, parentKind, serving)]));
}
function detailsOf(environment, parentKind, serving) {
    const { name, current_deployment, candidate_deployment, in_progress_promotion } = environment;
    const promotion = in_progress_promotion?.status;
    return {
        resource: 'environment',
        name,
        current: current_deployment?.id,
        currentName: current_deployment?.name,
        candidate: candidate_deployment?.id,
        candidateName: candidate_deployment?.name,
        promotion: promotion === undefined || OVER.has(promotion) ? undefined : promotion,
        keptBecause: reasonToKeep(environment, parentKind, serving),
    };
}
function servingProduction(environments) {
    return environments.flatMap(({ name, current_deployment, candidate_deployment }) => [current_deployment, candidate_deployment].flatMap((deployment) => deployment != null && (name === PRODUCTION || deployment.is_production) ? [deployment.id] : []));
}
function reasonToKeep({ name, current_deployment, candidate_deployment }, parentKind, serving) {
    if (name === PRODUCTION)
        return 'it is production, which is never deleted';
    if (parentKind === 'chain')
        return 'Baseten does not delete environments of chains';
    const shared = [current_deployment?.id, candidate_deployment?.id].find((id) => id !== undefined && serving.has(id));
    return shared === undefined
        ? undefined
        : `its deployment ${shared} serves production too, and would go out of service`;
}

;// CONCATENATED MODULE: ./lib/providers/baseten/siblings.js


function siblingDetails(whole, resource = 'deployment') {
    const { model, deployments, environments } = whole;
    const held = holdersByDeployment(whole, resource === 'deployment' ? 'model' : 'chain');
    const newestFirst = [...deployments]
        .map((deployment) => ({ deployment, time: parseTime(deployment.created_at) ?? 0 }))
        .sort((a, b) => b.time - a.time || (b.deployment.id < a.deployment.id ? -1 : 1))
        .map(({ deployment }) => ({ id: deployment.id, guard: guardOf(deployment, model, held.get(deployment.id) ?? []) }));
    const incompleteList = resource === 'deployment' ? whatIsUnseen(whole) : undefined;
    const itself = { name: model.name, environments: environments.filter(isSomebodys).map(({ name }) => name) };
    const shared = {
        resource,
        parent: model.id,
        siblings: newestFirst,
        model: itself,
        ...(incompleteList === undefined ? {} : { incompleteList }),
    };
    const guards = new Map(newestFirst.map(({ id, guard }) => [id, guard]));
    return (id) => (guards.has(id) ? { ...shared, id, guard: guards.get(id) } : undefined);
}
function isSomebodys({ name, current_deployment, candidate_deployment }) {
    return name !== PRODUCTION || current_deployment != null || candidate_deployment != null;
}
function whatIsUnseen({ model, deployments, environments }) {
    const { deployments_count: count, production_deployment_id, development_deployment_id } = model;
    const shown = new Set(deployments.map(({ id }) => id));
    const named = [
        ['its model', production_deployment_id],
        ['its model', development_deployment_id],
        ...environments.flatMap(({ name, current_deployment, candidate_deployment }) => [
            [`the environment ${name}`, current_deployment?.id],
            [`the environment ${name}`, candidate_deployment?.id],
        ]),
    ];
    const [who, id] = named.find(([, id]) => id != null && !shown.has(id)) ?? [];
    if (id != null)
        return `${who} names the deployment ${id}, which is not shown`;
    if (count === undefined)
        return 'its model does not say how many deployments it has';
    return count > shown.size ? `its model counts ${count - shown.size} more than are shown` : undefined;
}
function holdersByDeployment({ model, deployments, environments }, parentKind) {
    const production = new Set(deployments.flatMap(({ id, is_production }) => (is_production ? [id] : [])));
    if (model.production_deployment_id != null)
        production.add(model.production_deployment_id);
    const details = environmentDetails(environments, parentKind, production);
    const held = new Map();
    const add = (id, holder) => {
        if (id === undefined)
            return;
        const holders = held.get(id);
        if (holders === undefined)
            held.set(id, [holder]);
        else if (!holders.some(({ name }) => name === holder.name))
            holders.push(holder);
    };
    for (const environment of details.values()) {
        add(environment.current, { ...environment, listed: true });
        add(environment.candidate, { ...environment, listed: true });
    }
    for (const { id, environment } of deployments) {
        if (environment == null)
            continue;
        const listed = details.get(environment);
        add(id, { ...(listed ?? detailsOf({ name: environment }, parentKind, production)), listed: listed !== undefined });
    }
    return held;
}
function guardOf(deployment, model, holders) {
    const { id } = deployment;
    const isProduction = deployment.is_production || model.production_deployment_id === id;
    if (isProduction || holders.some(({ name }) => name === PRODUCTION))
        return { kind: 'production' };
    if (deployment.is_development || model.development_deployment_id === id) {
        return { kind: 'development', environments: holders.filter(({ name }) => name !== 'development') };
    }
    return holders.length > 0 ? { kind: 'environment', environments: holders } : undefined;
}

;// CONCATENATED MODULE: ./lib/providers/baseten/whole-parent.js








function createWholeReader(api, parentKind, index, clock) {
    const resource = parentKind.deployment;
    return async (parentId, known) => {
        const path = pathOf({ resource: parentKind.resource, id: parentId });
        const [itself, list, environments] = await readTogether(clock, [
            async () => known ?? api.find(path),
            () => api.findList(`${path}/deployments`),
            () => api.findList(`${path}/environments`),
        ]);
        const answers = 'exchange' in itself ? [itself, list, environments] : [list, environments];
        const lost = answers.filter(({ status }) => status === 404);
        if ('exchange' in itself && lost.length === 3) {
            const { byId } = await index.read();
            if (!byId.has(parentId))
                return { state: 'absent', answer: itself, others: byId };
        }
        const [first] = lost;
        if (first !== undefined)
            throw new UnclearAnswer(describeBaseten(first), first.exchange);
        const deployments = parentKind.allDeployments(list);
        const model = 'exchange' in itself ? parentKind.one(itself) : itself;
        if ('exchange' in itself)
            sameId(model.id, { resource: parentKind.resource, id: parentId }, itself);
        const whole = { model, deployments, environments: parseBody(ENVIRONMENTS, environments).environments };
        const detailsOf = siblingDetails(whole, resource);
        return {
            state: 'present',
            deployments: new Map(deployments.map((deployment) => [deployment.id, deployment])),
            snapshotOf: (deployment) => deployment_snapshot_snapshotOf(deployment, detailsOf(deployment.id) ?? unasked(resource, parentId, deployment.id)),
            answer: list,
        };
    };
}

;// CONCATENATED MODULE: ./lib/providers/baseten/deployments.js








function deployments_createDeployments(api, parentKind, index, going, clock) {
    const resource = parentKind.deployment;
    const readWhole = createWholeReader(api, parentKind, index, clock);
    const readShown = createShownReader(api, parentKind, index, going);
    const get = async (target) => {
        const answer = await api.find(pathOf(target));
        if (answer.status === 404)
            return { state: 'absent', exchange: answer.exchange };
        const deployment = parentKind.oneDeployment(answer);
        sameId(deployment.id, target, answer);
        const snapshot = deployment_snapshot_snapshotOf(deployment, unasked(resource, target.parent ?? '', deployment.id));
        return { state: 'present', snapshot, exchange: answer.exchange };
    };
    const getGone = async (target) => {
        const observation = await get(target);
        if (observation.state !== 'present')
            return observation;
        throw new UnclearAnswer(`GET shows ${target.id}, but the list does not`, observation.exchange);
    };
    const observe = async (parentId, targets) => {
        const whole = await readWhole(parentId);
        if (whole.state === 'absent') {
            const observations = await observeMany(targets, shown(NONE, whole.answer), getGone);
            return mistakenAs(observations, () => noSuchParent(parentKind, parentId, whole.others));
        }
        const { deployments, snapshotOf, answer } = whole;
        const get = (id) => {
            const deployment = deployments.get(id);
            return deployment && snapshotOf(deployment);
        };
        const observations = await observeMany(targets, shown({ get }, answer), getGone);
        return mistakenAs(observations, (index) => {
            const id = targets[index]?.id;
            return id === parentId
                ? { kind: 'name', reason: `it is the ID of the ${parentKind.resource}, and not of one of its deployments` }
                : knownAsName(id, resource, deployments.values());
        });
    };
    return {
        async list(parents) {
            const known = new Map(parents.length > 0 ? [] : (await listParents(api, parentKind)).map((each) => [each.id, each]));
            const lists = await Promise.all([...parents, ...known.keys()].map(async (parent) => {
                const whole = await readWhole(parent, known.get(parent));
                if (whole.state === 'absent')
                    return parentMissing(whole.answer, noSuchParent(parentKind, parent, whole.others));
                return [...whole.deployments.values()].map((deployment) => {
                    return { target: { resource, id: deployment.id, parent }, snapshot: whole.snapshotOf(deployment) };
                });
            }));
            return lists.flat();
        },
        observe,
        async confirmGone(parentId, targets) {
            const readList = () => readShown(parentId, targets);
            const [only] = targets;
            return targets.length === 1 && only !== undefined && !going.has(parentId)
                ? [await observeOne(only, get, readList)]
                : observeMany(targets, await readList(), get);
        },
    };
}
function createShownReader(api, parentKind, index, going) {
    const resource = parentKind.deployment;
    const parentPath = (id) => pathOf({ resource: parentKind.resource, id });
    return async (parentId, targets) => {
        const itself = going.has(parentId) ? await api.find(parentPath(parentId)) : undefined;
        const answer = itself?.status === 404 ? itself : await api.findList(`${parentPath(parentId)}/deployments`);
        if (answer.status === 404) {
            const parent = itself ?? (await api.find(parentPath(parentId)));
            const isThere = parent.status !== 404 || (await index.read()).byId.has(parentId);
            return shown(isThere ? left(targets, resource) : NONE, parent);
        }
        const listed = new Map(parentKind.allDeployments(answer).map((each) => [each.id, each]));
        const stillThere = itself === undefined ? NONE : left(targets, resource);
        const show = (id) => {
            const deployment = listed.get(id);
            return deployment === undefined
                ? stillThere.get(id)
                : deployment_snapshot_snapshotOf(deployment, unasked(resource, parentId, deployment.id));
        };
        return shown({ get: show }, answer);
    };
}
function left(targets, resource) {
    return new Map(targets.map(({ id, parent = '' }) => [
        id,
        { status: '', detail: 'not listed, but its model is', details: unasked(resource, parent, id) },
    ]));
}
const NONE = new Map();

;// CONCATENATED MODULE: ./lib/providers/baseten/environments.js











function createEnvironments(api, index) {
    const readEnvironments = async (modelId) => {
        const path = pathOf({ resource: 'model', id: modelId });
        const answer = await api.findList(`${path}/environments`);
        if (answer.status === 404) {
            const model = await api.find(path);
            if (model.status === 404) {
                const { byId } = await index.read();
                if (!byId.has(modelId))
                    return { state: 'absent', answer: model, others: byId };
            }
            throw new UnclearAnswer(describeBaseten(answer), answer.exchange);
        }
        const { environments } = parseBody(ENVIRONMENTS, answer);
        const details = environmentDetails(environments, 'model');
        const snapshots = new Map(environments.flatMap(({ name, created_at }) => {
            const about = details.get(name);
            return about === undefined ? [] : [[name, environments_snapshotOf(about, created_at)]];
        }));
        return { state: 'present', snapshots, answer };
    };
    const get = async (target) => {
        const answer = await api.find(pathOf(target));
        if (answer.status === 404)
            return { state: 'absent', exchange: answer.exchange };
        throw new UnclearAnswer(`GET shows the environment ${target.id}, but the list does not`, answer.exchange);
    };
    const observe = async (parent, targets) => {
        const seen = await readEnvironments(parent);
        if (seen.state === 'present') {
            const observations = await observeMany(targets, shown(seen.snapshots, seen.answer), get);
            return mistypedAs(observations, targets, [...seen.snapshots.keys()], 'environment');
        }
        const observations = await observeMany(targets, shown(new Map(), seen.answer), get);
        return mistakenAs(observations, () => noSuchParent(MODELS_KIND, parent, seen.others));
    };
    return {
        async list(parents) {
            const ids = parents.length > 0 ? parents : (await listParents(api, MODELS_KIND)).map(({ id }) => id);
            const lists = await Promise.all(ids.map(async (parent) => {
                const seen = await readEnvironments(parent);
                if (seen.state === 'absent') {
                    if (parents.length > 0)
                        return parentMissing(seen.answer, noSuchParent(MODELS_KIND, parent, seen.others));
                    throw new UnclearAnswer(`model ${parent} went while it was listed`, seen.answer.exchange);
                }
                return [...seen.snapshots].map(([id, snapshot]) => {
                    return { target: { resource: 'environment', id, parent }, snapshot };
                });
            }));
            return lists.flat();
        },
        observe,
        confirmGone: observe,
    };
}
function environments_snapshotOf(details, created) {
    const { name, current, candidate, promotion } = details;
    const createdAt = parseTime(created);
    const parts = [
        current === undefined ? '' : `serves ${current}`,
        candidate === undefined && promotion === undefined
            ? ''
            : `promotion of ${candidate ?? 'a deployment'} ${promotion ?? 'under way'}`,
    ].filter((detail) => detail !== '');
    return {
        status: '',
        name,
        ...(parts.length === 0 ? {} : { detail: parts.join(', ') }),
        ...(createdAt === undefined ? {} : { createdAt }),
        details,
    };
}

// EXTERNAL MODULE: ./lib/lib/money.js
var money = __nccwpck_require__(627);
;// CONCATENATED MODULE: ./lib/providers/baseten/periods.js

const LONGEST_WINDOW_MS = 7 * format/* DAY_MS */.sO;
function windowsOf({ start, end }) {
    const count = Math.max(1, Math.ceil((end - start) / LONGEST_WINDOW_MS));
    return Array.from({ length: count }, (_, index) => {
        const from = start + index * LONGEST_WINDOW_MS;
        return { start: from, end: Math.min(from + LONGEST_WINDOW_MS, end) };
    });
}
function daysOf({ start, end }) {
    return daysBetween(Math.floor(start / format/* DAY_MS */.sO), Math.ceil(end / format/* DAY_MS */.sO));
}
function daysWithin({ start, end }) {
    return daysBetween(Math.ceil(start / format/* DAY_MS */.sO), Math.ceil(end / format/* DAY_MS */.sO));
}
function startOfDay(time) {
    return Math.floor(time / format/* DAY_MS */.sO) * format/* DAY_MS */.sO;
}
function daysBetween(first, end) {
    return Array.from({ length: Math.max(0, end - first) }, (_, index) => new Date((first + index) * format/* DAY_MS */.sO).toISOString().slice(0, 10));
}

;// CONCATENATED MODULE: ./lib/providers/baseten/bill.js



const COUNT = pipe(number(), integer(), minValue(0));
const ITEM = object({
    billable_resource: object({
        id: string(),
        kind: string(),
        chain_metadata: optional(nullable(object({ chain_deployment_id: string() }))),
    }),
    subtotal: union([number(), string()]),
    inference_requests: COUNT,
    daily: optional(nullable(array(object({ date: string(), inference_requests: COUNT })))),
});
const SUMMARY = object({ dedicated_usage: object({ breakdown: array(ITEM) }) });
function readBill(body, period) {
    const summary = safeParse(SUMMARY, body);
    if (!summary.success)
        return undefined;
    const entries = summary.output.dedicated_usage.breakdown.map(({ billable_resource: { id, kind, chain_metadata }, subtotal, inference_requests, daily }) => ({
        id,
        kind,
        chainDeployment: chain_metadata?.chain_deployment_id,
        subtotal: (0,money/* parseUsd */._e)(subtotal),
        requests: inference_requests,
        daily: daily == null ? undefined : byDay(daily),
    }));
    return createBill(daysOf(period), entries);
}
function createBill(days, entries) {
    const deployments = Map.groupBy(entries.filter(({ kind }) => kind === 'MODEL_DEPLOYMENT'), ({ id }) => id);
    const chainDeployments = Map.groupBy(entries, ({ chainDeployment }) => chainDeployment);
    const counts = new Map();
    for (const day of entries.filter(isDeployment).flatMap(({ daily = NO_DAYS }) => [...daily.keys()])) {
        counts.set(day, (counts.get(day) ?? 0) + 1);
    }
    return {
        days,
        entriesOf: ({ resource, id }) => (resource === 'deployment' ? deployments : chainDeployments).get(id) ?? [],
        countOn: (day) => counts.get(day) ?? 0,
    };
}
const NO_DAYS = new Map();
function isDeployment({ kind }) {
    return kind !== 'TRAINING_JOB';
}
function byDay(rows) {
    const days = new Map();
    for (const { date, inference_requests } of rows)
        days.set(date, (days.get(date) ?? 0) + inference_requests);
    return days;
}
function spentOn(bill, thing) {
    const entries = bill.entriesOf(thing);
    if (entries.length === 0)
        return undefined;
    return {
        cost: entries.reduce((sum, { subtotal }) => (sum === undefined || subtotal === undefined ? undefined : sum + subtotal), 0n),
        requests: entries.reduce((sum, { requests }) => sum + requests, 0),
    };
}
function requestsOn(bills, thing, days, atRest) {
    const needed = thing.resource === 'deployment' ? 1 : Math.max(1, thing.chainlets);
    const read = bills.map((bill) => ({ bill, own: bill.entriesOf(thing) }));
    if (read.some(({ own }) => own.some(({ requests, daily }) => daily !== undefined && sumOf(daily) !== requests))) {
        return { kind: 'contradiction', why: 'the days of its bill do not add up' };
    }
    const problems = [];
    let found = requestsInAll(read, days);
    for (const day of days) {
        const { bill, own } = read.find((each) => each.bill.days.includes(day)) ?? {};
        if (bill === undefined || own === undefined)
            return { kind: 'unknown', why: `the bill does not cover ${day}` };
        const counts = own.flatMap((entry) => countOn(entry, day) ?? []);
        const count = counts.reduce((sum, each) => sum + each, 0);
        if (count > 0)
            found = { kind: 'requests', count: (found?.count ?? 0) + count, since: found?.since ?? day };
        if (counts.length >= needed)
            continue;
        if (own.some(({ daily }) => daily === undefined))
            problems.push('the bill does not tell its requests by day');
        else if (!atRest || !isKnown(bill, day, own))
            problems.push(`the bill has no entry for it on ${day}`);
    }
    const [why] = problems;
    return found ?? (why === undefined ? { kind: 'none' } : { kind: 'unknown', why });
}
function requestsInAll(read, days) {
    for (const { bill, own } of read) {
        const count = own.reduce((sum, { requests, daily }) => sum + (daily === undefined ? requests : 0), 0);
        const [since] = bill.days;
        if (count > 0 && since !== undefined && bill.days.every((day) => days.includes(day))) {
            return { kind: 'requests', count, since };
        }
    }
    return undefined;
}
function countOn({ requests, daily }, day) {
    if (daily !== undefined)
        return daily.get(day);
    return requests === 0 ? 0 : undefined;
}
function sumOf(daily) {
    return [...daily.values()].reduce((sum, count) => sum + count, 0);
}
function isKnown(bill, day, own) {
    return bill.countOn(day) > own.filter((entry) => isDeployment(entry) && entry.daily?.has(day)).length;
}

;// CONCATENATED MODULE: ./lib/providers/baseten/bill-source.js







const DAYS_BEFORE = 30;
const MAX_BILL_BYTES = 32 * 1024 * 1024;
function createBillSource(read, now) {
    const today = () => startOfDay(now());
    const ask = async (period) => {
        const query = new URLSearchParams({ start_date: iso(period.start), end_date: iso(period.end) });
        try {
            const answer = await read(`/billing/usage_summary?${query}`, MAX_BILL_BYTES);
            if (answer.status === 401 || answer.status === 403)
                return 'the key may not read the bill';
            if (!isSuccess(answer))
                return describeBaseten(answer);
            return readBill(answer.body, period) ?? 'the bill is not as documented';
        }
        catch (error) {
            return (0,errors/* messageOf */.b)(error);
        }
    };
    const askLatest = () => ask({ start: today() - DAYS_BEFORE * format/* DAY_MS */.sO, end: now() });
    const askAgain = singleFlightNext(askLatest);
    let first;
    let dayBefore;
    const latest = () => {
        first ??= askLatest();
        return first;
    };
    const readDayBefore = () => {
        const end = today() - DAYS_BEFORE * format/* DAY_MS */.sO;
        dayBefore ??= ask({ start: end - format/* DAY_MS */.sO, end });
        return dayBefore;
    };
    return {
        latest,
        async since(since, fresh) {
            const isLonger = since < today() - DAYS_BEFORE * format/* DAY_MS */.sO;
            const answers = await Promise.all([fresh ? askAgain() : latest(), ...(isLonger ? [readDayBefore()] : [])]);
            return {
                bills: answers.filter((answer) => typeof answer !== 'string'),
                noBill: answers.find((answer) => typeof answer === 'string'),
            };
        },
    };
}
function iso(time) {
    return new Date(time).toISOString();
}

;// CONCATENATED MODULE: ./lib/providers/baseten/metrics.js

const REQUESTS_METRIC = 'baseten_inference_requests_total';
const metrics_SUMMARY = object({
    start_epoch_millis: number(),
    end_epoch_millis: number(),
    mode: literal('SUMMARY'),
    metric_descriptors: array(object({ name: string(), unit_hint: fallback(string(), ''), label_sets: array(unknown()) })),
    metric_values: array(object({ values: array(array(nullable(number()))) })),
});
const SHAPE = 'its metrics are not as documented';
function readMetrics(body, { start, end }) {
    const summary = safeParse(metrics_SUMMARY, body);
    if (!summary.success)
        return { kind: 'unreadable', why: SHAPE };
    const { metric_descriptors, metric_values, start_epoch_millis, end_epoch_millis } = summary.output;
    if (start_epoch_millis > start || end_epoch_millis < end) {
        return { kind: 'unreadable', why: 'its metrics do not cover the time that was asked for' };
    }
    const [only, ...more] = metric_values;
    if (more.length > 0 || (only?.values.length ?? 0) !== metric_descriptors.length) {
        return { kind: 'unreadable', why: SHAPE };
    }
    const found = [];
    let isCount = true;
    for (const [index, { name, unit_hint, label_sets }] of metric_descriptors.entries()) {
        if (name !== REQUESTS_METRIC)
            continue;
        const values = only?.values[index] ?? [];
        if (values.length !== label_sets.length)
            return { kind: 'unreadable', why: SHAPE };
        found.push(...values.filter((value) => value !== null));
        isCount &&= unit_hint === 'COUNT';
    }
    if (found.some((value) => !Number.isFinite(value) || value < 0))
        return { kind: 'unreadable', why: SHAPE };
    if (found.length === 0)
        return { kind: 'silent' };
    return { kind: 'sum', sum: found.reduce((sum, value) => sum + value, 0), isCount };
}

;// CONCATENATED MODULE: ./lib/providers/baseten/pace.js
const SECOND_MS = 1000;
function createPace(clock, most) {
    const passed = [];
    return async (signal) => {
        for (;;) {
            const [first] = passed;
            const wait = passed.length < most || first === undefined ? 0 : first + SECOND_MS - clock.now();
            if (wait <= 0 || signal.aborted)
                break;
            await clock.sleep(wait, signal);
        }
        passed.push(clock.now());
        if (passed.length > most)
            passed.shift();
    };
}

;// CONCATENATED MODULE: ./lib/providers/baseten/prices.js


const PRICES = object({
    instance_types: array(object({ instance_type: object({ name: string() }), price: number() })),
});
const MINUTES_AN_HOUR = 60n;
function readPrices(body) {
    const list = safeParse(PRICES, body);
    if (!list.success)
        return undefined;
    const prices = new Map();
    for (const { instance_type, price } of list.output.instance_types) {
        const { name } = instance_type;
        const amount = price < 0 ? undefined : (0,money/* parseUsd */._e)(price);
        prices.set(name, prices.has(name) && prices.get(name) !== amount ? undefined : amount);
    }
    return prices;
}
function costPerHour(parts, prices) {
    let sum = 0n;
    for (const { instanceType, replicas } of parts) {
        if (replicas === 0)
            continue;
        const price = instanceType === undefined ? undefined : prices.get(instanceType);
        if (price === undefined || replicas === undefined)
            return undefined;
        sum += price * BigInt(replicas) * MINUTES_AN_HOUR;
    }
    return sum;
}

;// CONCATENATED MODULE: ./lib/providers/baseten/usage.js



const AT_REST = new Set([
    'INACTIVE',
    'SCALED_TO_ZERO',
    'FAILED',
    'BUILD_FAILED',
    'BUILD_STOPPED',
    'DEPLOY_FAILED',
]);
function isAtRest(status) {
    return AT_REST.has(status);
}
function judgeUsage(evidence) {
    const { metrics, words, period, thing } = evidence;
    const counts = metrics.flatMap(({ reading }) => (reading.kind === 'sum' && reading.sum > 0 ? [reading] : []));
    if (counts.length > 0) {
        const sum = counts.reduce((all, each) => all + each.sum, 0);
        const isCount = counts.every((each) => each.isCount) && Number.isInteger(sum);
        return { kind: 'in-use', reason: isCount ? `${(0,format/* plural */.LS)(sum, 'request')} ${words}` : `it had requests ${words}` };
    }
    const unreadable = metrics.find(({ reading }) => reading.kind === 'unreadable');
    if (unreadable?.reading.kind === 'unreadable')
        return usage_unknown(unreadable.reading.why);
    const isBilledOnly = thing.resource === 'chain-deployment';
    if (metrics.length === 0 && !isBilledOnly)
        return usage_unknown('its metrics were not read');
    const windows = (kind) => metrics.filter(({ reading }) => reading.kind === kind).map(({ window }) => window);
    const silentDays = new Set((isBilledOnly ? [period] : windows('silent')).flatMap(daysOf));
    if (silentDays.size > 0) {
        const prefix = isBilledOnly ? '' : 'its metrics show nothing, and ';
        if (evidence.noBill !== undefined)
            return usage_unknown(prefix + evidence.noBill);
        const billed = readBills(evidence, [...silentDays]);
        if (billed.kind === 'requests')
            return { kind: 'in-use', reason: `its bill shows ${billedText(billed)}` };
        if (billed.kind !== 'none')
            return usage_unknown(prefix + billed.why);
    }
    const billed = readBills(evidence, windows('sum').flatMap(daysWithin));
    if (billed.kind === 'requests') {
        return usage_unknown(`its metrics show no request, but its bill shows ${billedText(billed)}`);
    }
    if (billed.kind === 'contradiction')
        return usage_unknown(billed.why);
    return { kind: 'unused', reason: `no request ${words}${silentDays.size > 0 ? ', as its bill shows' : ''}` };
}
function readBills({ bills, thing, atRest }, days) {
    return requestsOn(bills, thing, days, atRest);
}
function billedText({ count, since }) {
    return `${(0,format/* plural */.LS)(count, 'request')} since ${since}`;
}
function usage_unknown(why) {
    return { kind: 'unknown', reason: `its use cannot be read: ${why}` };
}

;// CONCATENATED MODULE: ./lib/providers/baseten/metering.js










const HOUR_MS = 3_600_000;
const OVERLAP_MS = HOUR_MS;
const COSTS_PROFILE = { ...api_PROFILE, requestTimeoutMs: 10_000, concurrency: 2, maxTries: 2 };
const METRICS_PROFILE = { ...api_PROFILE, requestTimeoutMs: 10_000, maxTries: 3 };
const MOST_PER_SECOND = 50;
function createMetering(settings, connection) {
    const { clock, openHttp } = connection;
    const closed = new AbortController();
    const until = closed.signal;
    const readCosts = createReads(settings, openHttp({ ...COSTS_PROFILE, until }));
    const bills = createBillSource(readCosts, clock.now);
    const askMetrics = metricsReader(createReads(settings, openHttp({ ...METRICS_PROFILE, until })), () => pace(until));
    const pace = createPace(clock, MOST_PER_SECOND);
    return {
        openCostBook: ({ bill }) => openCostBook(readCosts, bill ? bills : undefined),
        usage: (target, snapshot, question) => usageOf(target, snapshot, question, askMetrics, bills),
        async recentUse(target) {
            if (target.resource !== 'deployment')
                return undefined;
            const window = { start: clock.now() - HOUR_MS, end: clock.now() };
            const reading = await askMetrics(target, window.start, window.end);
            if (reading.kind !== 'sum' || reading.sum === 0)
                return undefined;
            const evidence = { metrics: [{ window, reading }], bills: [], noBill: undefined, atRest: false };
            const thing = billedThing(target, undefined);
            return judgeUsage({ ...evidence, period: window, words: 'in the last hour', thing }).reason;
        },
        close: () => closed.abort(),
    };
}
function metricsReader(read, pace) {
    return async (target, start, end) => {
        const window = end === undefined ? {} : { end_epoch_millis: String(end) };
        const query = new URLSearchParams({ mode: 'SUMMARY', start_epoch_millis: String(start), ...window });
        query.set('metrics', REQUESTS_METRIC);
        try {
            const path = `${pathOf(target)}/metrics?${query}`;
            await pace();
            const answer = await read(path);
            if (isSuccess(answer))
                return readMetrics(answer.body, { start, end: end ?? start });
            const isRefused = answer.status === 401 || answer.status === 403;
            return { kind: 'unreadable', why: isRefused ? 'the key may not read metrics' : describeBaseten(answer) };
        }
        catch (error) {
            return { kind: 'unreadable', why: (0,errors/* messageOf */.b)(error) };
        }
    };
}
async function usageOf(target, snapshot, { since, until, knownUntil, words }, askMetrics, bills) {
    const thing = billedThing(target, snapshot);
    const isFirst = knownUntil === undefined;
    const windows = isFirst ? windowsOf({ start: since, end: until }) : [{ start: knownUntil - OVERLAP_MS, end: until }];
    const metrics = thing.resource === 'chain-deployment'
        ? []
        : await Promise.all(windows.map(async (window) => {
            const reading = await askMetrics(target, window.start, isFirst ? window.end : undefined);
            return { window, reading };
        }));
    const needsBill = isFirst || metrics.every(({ reading }) => reading.kind === 'silent');
    const billed = needsBill ? await bills.since(since, !isFirst) : { bills: [], noBill: undefined };
    const atRest = isAtRest(snapshot.status);
    return judgeUsage({ period: { start: since, end: until }, words, thing, atRest, metrics, ...billed });
}
function openCostBook(read, bills) {
    let prices;
    let bill;
    const askPrices = async () => {
        const answer = await read('/instance_type_prices').catch(() => undefined);
        if (answer !== undefined && isSuccess(answer))
            prices = readPrices(answer.body);
    };
    const askBill = async () => {
        const answer = await bills?.latest();
        if (typeof answer !== 'string')
            bill = answer;
    };
    return {
        costOf: (target, snapshot) => ({
            perHour: snapshot.parts === undefined || prices === undefined ? undefined : costPerHour(snapshot.parts, prices),
            spent: bill === undefined ? undefined : spentOn(bill, billedThing(target, snapshot)),
        }),
        hasPrices: () => prices !== undefined,
        settled: Promise.all([askPrices(), askBill()]).then(() => undefined),
    };
}
function billedThing({ resource, id }, snapshot) {
    return resource === 'chain-deployment'
        ? { resource, id, chainlets: snapshot?.parts?.length ?? 0 }
        : { resource: 'deployment', id };
}

;// CONCATENATED MODULE: ./lib/providers/baseten/environment-rules.js



const SHOWN_MS = 30_000;
function nextEnvironmentStep(details, history) {
    const obstacle = obstacleTo(details, (0,providers_history/* acts */.Ij)(history, 'delete'), history);
    if (obstacle !== undefined)
        return obstacle;
    return {
        type: 'act',
        action: { verb: 'delete', final: true },
        reason: ['exists', ...changesBy(details).map(({ sentence }) => sentence)].join('; '),
        after: ['wait until it is gone'],
    };
}
function leaveEnvironmentStep(id, status, held, history) {
    const after = ['delete once it is in no environment', 'wait until it is gone'];
    for (const environment of held.filter(({ listed }) => listed)) {
        const { name } = environment;
        const tries = (0,providers_history/* acts */.Ij)(history, 'delete-environment').filter(({ action }) => action.environment === name);
        if (tries.some(({ actionResult }) => actionResult.result === 'accepted'))
            continue;
        const obstacle = obstacleTo(environment, tries, history);
        if (obstacle !== undefined)
            return obstacle;
        return {
            type: 'act',
            action: { verb: 'delete-environment', final: false, environment: name },
            reason: [
                `is ${status} in the environment ${name}, which is deleted first`,
                ...changesBy(environment, id).map(({ sentence }) => sentence),
            ].join('; '),
            after: [...namesAfter(held, name), ...after],
        };
    }
    const names = held.map(({ name }) => name).join(', ');
    return { type: 'wait', until: 'settled', reason: `is ${status} and not free of the environment ${names} yet`, after };
}
function namesAfter(held, first) {
    return held.filter(({ name, listed }) => listed && name !== first).map(({ name }) => `delete the environment ${name}`);
}
function obstacleTo({ name, promotion }, tries, history) {
    const refused = tries.filter(({ actionResult }) => actionResult.result === 'refused');
    const unsupported = {
        type: 'end',
        outcome: 'refused',
        reason: `deleting the environment ${name} is not supported here: ${(0,providers_history/* problemOf */.Zw)(refused.at(-1)) || 'Baseten answers that there is none, but shows it'}`,
    };
    if (refused.some(({ actionResult }) => actionResult.result === 'refused' && actionResult.status === 405))
        return unsupported;
    const missed = tries.find(({ actionResult }) => actionResult.result === 'not-found');
    if (missed !== undefined) {
        if ((history.at(-1)?.until ?? 0) - missed.until >= SHOWN_MS)
            return unsupported;
        return { type: 'wait', until: 'confirmed', reason: 'is still shown, but not there to be deleted', after: [] };
    }
    const last = promotion === undefined ? lastingRefusal(refused, history) : undefined;
    if (last === undefined)
        return undefined;
    return {
        type: 'end',
        outcome: 'refused',
        reason: `Baseten refuses to delete the environment ${name}: ${(0,providers_history/* problemOf */.Zw)(last)}`,
    };
}

;// CONCATENATED MODULE: ./lib/providers/baseten/rules.js





const INACTIVE = new Set(['INACTIVE', 'FAILED', 'BUILD_FAILED', 'DEPLOY_FAILED', 'BUILD_STOPPED']);
const rules_FRESH_MS = 30_000;
const rules_PASSING = new Set([
    'BUILDING',
    'DEPLOYING',
    'LOADING_MODEL',
    'UPDATING',
    'WAKING_UP',
    'DEACTIVATING',
]);
function nextBasetenStep(observed, history, policy) {
    const step = applyRules(observed, history, {
        freshMs: rules_FRESH_MS,
        guard: ({ details }) => guards_protectionOf(details, policy),
        contradiction: ({ details }) => 'siblings' in details && guards_protectionOf(details, policy) === incompleteListReason(details, policy)
            ? details.incompleteList
            : undefined,
        next: (snapshot) => byResource(snapshot, history, policy),
    });
    const isWithModel = (0,providers_history/* acts */.Ij)(history, 'delete-model').length > 0;
    return step.type === 'end' && step.outcome === 'deleted' && isWithModel
        ? { ...step, reason: 'confirmed gone, with its model' }
        : step;
}
function byResource({ details, status, detail }, history, policy) {
    switch (details.resource) {
        case 'model':
        case 'chain':
            return (refusedStep('delete', status, history) ?? {
                type: 'act',
                action: { verb: 'delete', final: true },
                reason: `exists with ${detail}, and everything in it is deleted`,
                after: ['wait until it is gone'],
            });
        case 'environment':
            return nextEnvironmentStep(details, history);
        case 'deployment':
        case 'chain-deployment':
            return rules_nextDeploymentStep(details, status, history, policy);
    }
}
function rules_nextDeploymentStep(details, status, history, policy) {
    if (isLast(details, policy))
        return lastStep(details, status, history);
    const held = membershipsOf(details);
    if (held.length > 0)
        return leaveEnvironmentStep(details.id, status, held, history);
    const refused = (0,providers_history/* ended */.v6)(history, 'delete', 'refused');
    if (details.guard !== undefined && refused.length > 0)
        return refusal('it', status, refused.at(-1));
    if (refused.length > 0 && !INACTIVE.has(status))
        return deactivateFirst(details, status, history);
    const final = refusedStep('delete', status, history);
    if (final !== undefined)
        return isOnlyOfChain(details) ? withChain(final) : final;
    return {
        type: 'act',
        action: { verb: 'delete', final: true },
        reason: `is ${status}`,
        after: ['wait until it is gone'],
    };
}
function lastStep(details, status, history) {
    const others = othersOf(details).length;
    if (others > 0) {
        return {
            type: 'wait',
            until: 'settled',
            reason: `is ${status}; ${others === 1 ? 'the other deployment is deleted' : `${others} other deployments are deleted`} first`,
            after: ['delete its model if it is the last deployment by then', 'wait until it is gone'],
        };
    }
    return (refusedStep('delete-model', status, history) ?? {
        type: 'act',
        action: { verb: 'delete-model', final: true },
        reason: `is ${status} and the last deployment of its model, which is deleted with it`,
        after: ['wait until the model is gone'],
    });
}
const WITH_CHAIN = "It is the only deployment of its chain: to delete both, use 'resource: chain'";
function isOnlyOfChain(details) {
    return details.resource === 'chain-deployment' && othersOf(details).length === 0;
}
function withChain(step) {
    return { ...step, reason: `${step.reason}. ${WITH_CHAIN}` };
}
function refusedStep(verb, status, history) {
    const last = finalRefusal(history, verb, status, rules_PASSING);
    return last === undefined ? undefined : refusal(verb === 'delete' ? 'it' : 'its model', status, last);
}
function refusal(what, status, last) {
    const reason = `Baseten refuses to delete ${what} in status ${status}: ${(0,providers_history/* problemOf */.Zw)(last)}`;
    return { type: 'end', outcome: 'refused', reason };
}
function deactivateFirst(details, status, history) {
    const after = ['delete once it is inactive', 'wait until it is gone'];
    if (status === 'DEACTIVATING' || (0,providers_history/* ended */.v6)(history, 'deactivate', 'accepted').length > 0) {
        return { type: 'wait', until: 'stopped', reason: `is ${status} and being deactivated`, after };
    }
    const last = (0,providers_history/* lastAct */.Vf)(history);
    const notDeactivated = (0,providers_history/* acts */.Ij)(history, 'deactivate').findLast(({ actionResult }) => actionResult.result !== 'unknown');
    if (notDeactivated !== undefined && finalRefusal(history, 'delete', status, rules_PASSING) !== undefined) {
        const problem = (0,providers_history/* problemOf */.Zw)(notDeactivated) || 'it is not found there';
        const reason = `Baseten neither deletes nor deactivates it in status ${status}: ${problem}`;
        const step = { type: 'end', outcome: 'refused', reason };
        return isOnlyOfChain(details) ? withChain(step) : step;
    }
    if (notDeactivated !== undefined && last?.action.verb === 'deactivate') {
        return {
            type: 'act',
            action: { verb: 'delete', final: true },
            reason: `is ${status}, and Baseten does not deactivate it`,
            after: ['wait until it is gone'],
        };
    }
    return {
        type: 'act',
        action: { verb: 'deactivate', final: false },
        reason: `is ${status}, and Baseten refused to delete it so`,
        after: ['wait until it is inactive', ...after],
    };
}

;// CONCATENATED MODULE: ./lib/providers/baseten/provider.js











function connectBaseten(settings, connection) {
    const api = createBasetenApi(settings, connection);
    const goingModels = new Set();
    const [models, chains] = [createParentIndex(api, MODELS_KIND), createParentIndex(api, CHAINS_KIND)];
    const clients = {
        model: createParents(api, MODELS_KIND, models),
        chain: createParents(api, CHAINS_KIND, chains),
        deployment: deployments_createDeployments(api, MODELS_KIND, models, goingModels, connection.clock),
        'chain-deployment': deployments_createDeployments(api, CHAINS_KIND, chains, new Set(), connection.clock),
        environment: createEnvironments(api, models),
    };
    const clientOf = (resource) => {
        if (resource === 'resource-group')
            throw noSuchResource(resource);
        return clients[resource];
    };
    const byParent = (how) => (targets) => observeInGroups(targets, ({ resource }) => resource, (resource, alike) => observeInGroups(alike, ({ parent = '' }) => parent, (parent, group) => clientOf(resource)[how](parent, group)));
    return {
        concurrency: api_CONCURRENCY,
        list: ({ resource, parents }) => clientOf(resource).list(parents),
        observe: byParent('observe'),
        confirmGone: byParent('confirmGone'),
        protection: ({ details }, policy) => guards_protectionOf(details, policy),
        collateral: ({ details }, policy) => collateral_collateralOf(details, policy),
        nextStep: nextBasetenStep,
        requestText: action_requestText,
        metering: createMetering(settings, connection),
        async act(target, action, limits) {
            const subject = subjectOf(target, action);
            switch (action.verb) {
                case 'deactivate':
                    return deactivationResult(await api.write('POST', `${pathOf(subject)}/deactivate`, limits), subject);
                case 'delete':
                case 'delete-environment':
                case 'delete-model': {
                    const result = deletionResult(await api.write('DELETE', pathOf(subject), limits), subject);
                    if (action.verb === 'delete-model' && result.result === 'accepted')
                        goingModels.add(subject.id);
                    return result;
                }
            }
        },
    };
}

;// CONCATENATED MODULE: ./lib/providers/baseten/settings.js

const API_URL = 'https://api.baseten.co/v1';
function readBasetenSettings(reader, apiUrl) {
    const { key, scheme } = readApiKey(reader, 'BASETEN_API_KEY');
    if (/^(?:app|(?:model|chain)-\w+\.api)\.baseten\.co$/.test(apiUrl?.hostname ?? '')) {
        reader.mistake(`'api-url' is not the address of the management API, which is ${API_URL}; remove it`);
    }
    return { apiKey: key, scheme: scheme ?? 'Api-Key', apiUrl: apiUrl ?? new URL(API_URL) };
}
function basetenNotices({ apiKey }) {
    return apiKey.startsWith('sk-')
        ? ['the key begins with sk-, as keys of Model Studio do, and those of Baseten do not: is it the right secret?']
        : [];
}

;// CONCATENATED MODULE: ./lib/providers/baseten/definition.js






const EVERY_MODEL = "'model-id' is not given, so every model that the key can see is swept";
const EVERY_CHAIN = "'chain-id' is not given, so every chain that the key can see is swept";
const OF_MODEL = { input: 'model-id', resource: 'model', noun: 'model' };
const OF_CHAIN = { input: 'chain-id', resource: 'chain', noun: 'chain' };
const USAGE = { leastDays: 1, mostDays: 31 };
const baseten = defineProvider({
    name: 'baseten',
    homeDomain: '.baseten.co',
    statuses: [
        'BUILDING',
        'DEPLOYING',
        'DEPLOY_FAILED',
        'LOADING_MODEL',
        'ACTIVE',
        'UNHEALTHY',
        'BUILD_FAILED',
        'BUILD_STOPPED',
        'DEACTIVATING',
        'INACTIVE',
        'FAILED',
        'UPDATING',
        'SCALED_TO_ZERO',
        'WAKING_UP',
    ],
    guards: ['environment', 'development', 'last'],
    resources: {
        deployment: {
            ids: 'deployment-id',
            parents: OF_MODEL,
            plural: 'deployments',
            hasName: true,
            nameCharacters: { allowed: /[\w.-]/, words: 'letters, digits, _ - .' },
            hasStatus: true,
            labels: { keyPrefix: '' },
            usage: USAGE,
            whenUnscoped: EVERY_MODEL,
        },
        model: { ids: 'model-id', plural: 'models', hasName: true, hasStatus: false },
        environment: {
            ids: 'environment',
            parents: OF_MODEL,
            plural: 'environments',
            hasName: true,
            hasStatus: false,
            whenUnscoped: EVERY_MODEL,
        },
        chain: { ids: 'chain-id', plural: 'chains', hasName: true, hasStatus: false },
        'chain-deployment': {
            ids: 'deployment-id',
            parents: OF_CHAIN,
            plural: 'chain deployments',
            hasName: false,
            hasStatus: true,
            usage: USAGE,
            whenUnscoped: EVERY_CHAIN,
        },
    },
    ownInputs: {
        'model-id': { default: '' },
        'chain-id': { default: '' },
        environment: { default: '' },
        'api-key': { default: '', secrets: keySecrets, ignoredElsewhere: true },
    },
    secretVariables: { BASETEN_API_KEY: keySecrets },
    idProblem(resource, id) {
        if (resource === 'environment')
            return environmentProblem(id);
        const problem = idTextProblem(id);
        if (problem !== undefined)
            return problem;
        return ALIASES.includes(id) ? 'is no ID: deployments go by their ID, never by the alias of what serves' : undefined;
    },
    readSettings: readBasetenSettings,
    where: () => [],
    notices: basetenNotices,
    create: connectBaseten,
});
function environmentProblem(name) {
    if (name === 'production')
        return 'is never deleted';
    if (/[*?{}]/.test(name))
        return "is a pattern: patterns belong in 'name', and 'environment' takes whole names";
    return idTextProblem(name, 'the name of an environment');
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/certificate.js

function readIdentity(certificateText, keyText, now) {
    const certificate = plainPem(certificateText);
    const key = plainPem(keyText);
    let x509;
    try {
        x509 = new external_node_crypto_namespaceObject.X509Certificate(certificate);
    }
    catch {
        return 'has a certificate that cannot be read as PEM';
    }
    if (x509.validToDate.getTime() < now) {
        const since = x509.validToDate.toISOString().slice(0, 10);
        return `has a certificate that expired on ${since}; create a new service key (its certificate is valid for 7 days by default)`;
    }
    if (x509.validFromDate.getTime() > now) {
        return `has a certificate that is not valid before ${x509.validFromDate.toISOString().slice(0, 10)}`;
    }
    try {
        if (!x509.checkPrivateKey((0,external_node_crypto_namespaceObject.createPrivateKey)(key)))
            return 'has a private key that does not belong to its certificate';
    }
    catch {
        return 'has a private key that cannot be read as PEM';
    }
    return { certificate, key };
}
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;
function plainPem(text) {
    const unescaped = withLineBreaks(text);
    const blocks = [...unescaped.matchAll(PEM_BLOCK)].map(([, label, body = '']) => {
        const lines = body.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
        return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
    });
    return blocks.length === 0 ? `${unescaped.trim()}\n` : blocks.join('');
}
function withLineBreaks(text) {
    return text.replace(/\\[rn]/g, '\n');
}
const privateKeySecrets = (text) => [text, withLineBreaks(text), plainPem(text)];

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/guards.js

const OF_THE_TENANT = new Set(['default', 'shared']);
function sap_ai_core_guards_protectionOf({ name, details }, policy) {
    return details.resource === 'deployment'
        ? (orchestrationGuard(details, policy) ?? foundationModelGuard(name, details, policy))
        : groupGuard(details, policy);
}
function foundationModelGuard(name, { isShared }, { isNamed }) {
    if (!isShared || isNamed === undefined || isNamed(name))
        return undefined;
    const which = name === undefined ? 'a foundation model' : `the foundation model ${name.replace(/_autogenerated$/, '')}`;
    return `it serves ${which} in the resource group default, where the generative AI hub deploys for everybody; to delete it, write more of its name than * in 'name'`;
}
function groupGuard({ id, contents }, policy) {
    if (OF_THE_TENANT.has(id))
        return `the resource group ${id} belongs to the tenant and cannot be deleted`;
    if (contents === undefined)
        return undefined;
    const { deployments, executions } = contents;
    const [running] = executions;
    if (running !== undefined && !policy.allow.has('executions')) {
        const more = executions.length === 1 ? 'is' : `and ${executions.length - 1} more are`;
        return `execution ${running.id} in it ${more} ${running.status}; set 'allow: executions' to stop what runs in it`;
    }
    for (const { id: deployment, snapshot } of deployments) {
        const key = (0,providers_target/* targetKey */.hD)({ resource: 'deployment', id: deployment, group: id });
        if (!policy.selected.has(key))
            return `deployment ${deployment} in it is new, so somebody uses the resource group`;
        const why = sap_ai_core_guards_protectionOf(snapshot, policy);
        if (why !== undefined)
            return `deployment ${deployment} in it must be kept: ${why}`;
    }
    return undefined;
}
function orchestrationGuard(details, policy) {
    if (details.orchestration === false || policy.allow.has('orchestration'))
        return undefined;
    const lift = "set 'allow: orchestration' to delete it";
    return details.orchestration
        ? `it serves SAP's shared orchestration service; ${lift}`
        : `neither its scenario nor its name tells that it does not serve SAP's shared orchestration service; ${lift}`;
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/action.js
const STOP_TRACE_MS = 30_000;
function sap_ai_core_action_requestText(action) {
    switch (action.verb) {
        case 'stop':
            return 'its stop';
        case 'delete':
            return 'its deletion';
        case 'stop-execution':
            return `the stop of execution ${action.execution}`;
    }
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/errors.js




const NOT_IN_THIS_STATUS = '01010076';
const UNKNOWN_ID = '01010016';
const ERROR = object({ error: object({ code: lenientString, message: lenientString }) });
const CHECK_GROUP = "Check 'resource-group'";
function noAccess(answer, resourceGroup) {
    const hint = answer.status === 401
        ? "Check the service key or 'token': it is wrong, expired, or for another tenant"
        : resourceGroup === undefined
            ? 'The key may not see the resource groups of the tenant, as that of a consumer tenant may not: use one of the tenant itself, or name each group in full'
            : `${CHECK_GROUP} (now '${resourceGroup}') and that the key belongs to this tenant`;
    return new ProviderError('account', `SAP AI Core denied access: ${describeSap(answer)}. ${hint}`, answer.exchange);
}
function noList(answer, resourceGroup, haveWorked) {
    const hint = `${CHECK_GROUP} (now '${resourceGroup}') and 'api-url'`;
    const text = `SAP AI Core gave no list of deployments: ${describeSap(answer)}. ${hint}`;
    if (haveWorked && answer.status === 404 && errors_codeOf(answer) === undefined)
        return new UnclearAnswer(text, answer.exchange);
    return new ProviderError('account', text, answer.exchange);
}
function noGroupList(answer, what) {
    const text = `SAP AI Core gave no list of ${what}: ${describeSap(answer)}. Check 'api-url'`;
    return new ProviderError('account', text, answer.exchange);
}
function describeSap(answer) {
    return describe(answer, errors_complaintOf(answer));
}
function errors_codeOf(answer) {
    return errors_complaintOf(answer).code;
}
function errors_complaintOf(answer) {
    const parsed = safeParse(ERROR, answer.body);
    return parsed.success ? parsed.output.error : {};
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/schema.js


const schema_COUNT = fallback(optional(number()), undefined);
const sap_ai_core_schema_DEPLOYMENT = object({
    id: string(),
    status: string(),
    targetStatus: lenientString,
    statusMessage: lenientString,
    configurationId: lenientString,
    configurationName: lenientString,
    scenarioId: lenientString,
    createdAt: lenientString,
});
const sap_ai_core_schema_DEPLOYMENTS = object({ count: schema_COUNT, resources: array(sap_ai_core_schema_DEPLOYMENT) });
const schema_LISTED = object({
    count: schema_COUNT,
    resources: array(object({ ...sap_ai_core_schema_DEPLOYMENT.entries, status: lenientString })),
});
const CONFIGURATIONS = object({
    count: schema_COUNT,
    resources: array(object({ id: string(), name: lenientString })),
});
const RESOURCE_GROUP = object({
    resourceGroupId: string(),
    status: string(),
    createdAt: lenientString,
    statusMessage: lenientString,
    labels: optional(nullable(array(object({ key: string(), value: string() })))),
});
const RESOURCE_GROUPS = object({ count: schema_COUNT, resources: array(RESOURCE_GROUP) });
const EXECUTIONS = object({
    count: schema_COUNT,
    resources: array(object({ id: string(), status: string() })),
});
const RECEIPT = object({ id: string() });

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/action-result.js





const action_result_REFUSALS = new Set([400, 409, 412, 415]);
function action_result_actionResultOf(answer, id) {
    const { exchange, status } = answer;
    if (isSuccess(answer)) {
        if (answer.body === undefined)
            return { result: 'accepted', exchange };
        if (parseBody(RECEIPT, answer).id === id)
            return { result: 'accepted', tombstone: answer.body, exchange };
        const text = `SAP AI Core answered ${exchange.method} with another ID; check the account`;
        throw new ProviderError('target', text, exchange);
    }
    const code = errors_codeOf(answer);
    if (status === 404 || code === UNKNOWN_ID)
        return { result: 'not-found', exchange };
    if (action_result_REFUSALS.has(status) || code === NOT_IN_THIS_STATUS) {
        return { result: 'refused', problem: describeSap(answer), status, exchange };
    }
    throw new ProviderError('target', describeSap(answer), exchange);
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/token.js




const TOKEN = object({
    access_token: pipe(string(), regex(/^[\x21-\x7e]+$/)),
    expires_in: fallback(optional(number()), undefined),
});
const OAUTH_ERROR = object({ error: lenientString, error_description: lenientString });
const EXPIRY_MARGIN_MS = 60_000;
function createSapTokens(auth, http, clock, onSecret) {
    if (auth.kind === 'token')
        return { current: async () => auth.token, held: () => auth.token, renew: async () => false };
    let held;
    let underWay;
    const fetchToken = async () => {
        const form = new URLSearchParams({
            grant_type: 'client_credentials',
            client_id: auth.clientId,
            ...(auth.kind === 'secret' ? { client_secret: auth.clientSecret } : {}),
        });
        const answer = await http.read({
            method: 'POST',
            isSecret: true,
            url: auth.tokenUrl,
            ...(auth.kind === 'certificate' ? { identity: auth.identity } : {}),
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: form.toString(),
        });
        if (!isSuccess(answer)) {
            const error = safeParse(OAUTH_ERROR, answer.body);
            const complaint = error.success ? { code: error.output.error, message: error.output.error_description } : {};
            const hint = "Check 'service-key': the key may have been deleted or rotated, or its url may be wrong";
            throw new ProviderError('account', `SAP gave no token: ${describe(answer, complaint)}. ${hint}`, answer.exchange);
        }
        const { access_token, expires_in } = parseBody(TOKEN, answer);
        onSecret(access_token);
        held = { token: access_token, goodUntil: clock.now() + usableMs(expires_in) };
        return access_token;
    };
    const good = () => (held !== undefined && clock.now() < held.goodUntil ? held.token : undefined);
    const refresh = () => {
        underWay ??= fetchToken().finally(() => {
            underWay = undefined;
        });
        return underWay;
    };
    return {
        current: async () => good() ?? refresh(),
        held: good,
        async renew(refused) {
            if (held === undefined || held.token === refused)
                await refresh();
            return held?.token !== refused;
        },
    };
}
function usableMs(expiresInS) {
    if (expiresInS === undefined)
        return Number.POSITIVE_INFINITY;
    return Math.max(expiresInS * 1000 - EXPIRY_MARGIN_MS, expiresInS * 500);
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/api.js





const PAGES = { shortest: 100, maxEntries: 200_000 };
const api_LIST_FROM = 4;
const sap_ai_core_api_CONCURRENCY = 4;
const sap_ai_core_api_PROFILE = { requestTimeoutMs: 60_000, concurrency: sap_ai_core_api_CONCURRENCY, describe: describeSap };
const sap_ai_core_api_MAX_LIST_BYTES = 64 * 1024 * 1024;
function createSapTenant(settings, connection) {
    const http = connection.openHttp(sap_ai_core_api_PROFILE);
    const base = withSuffix(settings.apiUrl, '/v2');
    const tokens = createSapTokens(settings.auth, http, connection.clock, connection.onSecret);
    const send = async (resourceGroup, call, path, contentType = 'application/json') => {
        const once = (bearer) => {
            const headers = {
                authorization: `Bearer ${bearer}`,
                ...(resourceGroup === undefined ? {} : { 'ai-resource-group': resourceGroup }),
                ...(call.body === undefined ? {} : { 'content-type': contentType }),
            };
            const { notAfter, ...rest } = call;
            const request = { ...rest, url: below(base, path), headers };
            return notAfter === undefined ? http.read(request) : http.write({ ...request, notAfter });
        };
        const token = await tokens.current();
        const answer = await once(token);
        const renewed = answer.status === 401 && (await tokens.renew(token));
        return checkAccess(resourceGroup, renewed ? await once(await tokens.current()) : answer);
    };
    const checkAccess = (resourceGroup, answer) => {
        if ((answer.status === 401 || answer.status === 403) && errors_codeOf(answer) !== NOT_IN_THIS_STATUS) {
            throw noAccess(answer, resourceGroup);
        }
        return answer;
    };
    const apiOf = (resourceGroup) => {
        const access = createCredentialCheck(isSuccess);
        return {
            read: (path) => access.watch(send(resourceGroup, { method: 'GET' }, path)),
            readList: (path) => access.watch(send(resourceGroup, { method: 'GET', maxBytes: sap_ai_core_api_MAX_LIST_BYTES }, path)),
            write(method, path, { body, contentType, notAfter }) {
                const call = { method, notAfter, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
                return access.watch(send(resourceGroup, call, path, contentType));
            },
            hasWorked: access.hasWorked,
        };
    };
    return {
        inGroup: apiOf,
        admin: apiOf(),
        async readBriefly(path, until) {
            const token = tokens.held();
            if (token === undefined || until.aborted)
                return undefined;
            const brief = connection.openHttp({ ...sap_ai_core_api_PROFILE, maxTries: 1, until });
            return brief.read({ method: 'GET', url: below(base, path), headers: { authorization: `Bearer ${token}` } });
        },
    };
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/bulk.js




const META = object({
    aiApi: object({ capabilities: object({ bulkUpdates: object({ deployments: dist_boolean() }) }) }),
});
const ITEMS = object({
    deployments: array(object({ id: string(), error: optional(object({ code: lenientString, message: lenientString })) })),
});
function createSapBulk({ inGroup }) {
    let asked;
    let offered;
    const ask = async (group) => {
        const answer = await inGroup(group).read('/lm/meta');
        const meta = safeParse(META, answer.body);
        return isSuccess(answer) && meta.success && meta.output.aiApi.capabilities.bulkUpdates.deployments;
    };
    const learn = (group) => {
        asked ??= ask(group)
            .catch(() => false)
            .then((answer) => {
            offered ??= answer;
            return offered;
        });
        return asked;
    };
    return {
        ask: (group) => void learn(group),
        isOffered: () => offered,
        async modify(group, targets, targetStatus, { notAfter }) {
            if (!(offered ?? (await learn(group))))
                return undefined;
            const deployments = targets.map(({ id }) => ({ id, targetStatus }));
            const options = { body: { deployments }, contentType: 'application/merge-patch+json', notAfter };
            const answer = await inGroup(group).write('PATCH', '/lm/deployments', options);
            const { exchange, status } = answer;
            if (!isSuccess(answer)) {
                offered = false;
                return undefined;
            }
            const items = new Map(parseBody(ITEMS, answer).deployments.map((item) => [item.id, item]));
            return targets.map(({ id }) => {
                const item = items.get(id);
                if (item === undefined) {
                    return { result: 'unknown', problem: `${describeSap(answer)}, but nothing about this deployment`, exchange };
                }
                if (item.error === undefined)
                    return { result: 'accepted', tombstone: item, exchange };
                const { code = '', message = '' } = item.error;
                if (code === UNKNOWN_ID)
                    return { result: 'not-found', exchange };
                const problem = `PATCH ${exchange.path} refused: ${[code, message].filter((part) => part !== '').join(' ')}`;
                return { result: 'refused', problem, status, exchange };
            });
        },
    };
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/snapshot.js



function snapshot_snapshotOf(deployment, names, resourceGroup) {
    const { status, targetStatus, statusMessage, scenarioId } = deployment;
    const name = deployment.configurationName ?? names.get(deployment.configurationId ?? '');
    const createdAt = parseTime(deployment.createdAt);
    const detail = [targetStatus === undefined ? '' : `target ${targetStatus}`, statusMessage ?? ''].filter((part) => part !== '');
    return {
        status,
        ...(name === undefined ? {} : { name }),
        ...(createdAt === undefined ? {} : { createdAt }),
        ...(detail.length === 0 ? {} : { detail: detail.join('; ') }),
        ...(targetStatus === 'DELETED' ? { isBeingDeleted: true } : {}),
        group: resourceGroup,
        details: {
            resource: 'deployment',
            targetStatus,
            orchestration: isOrchestration(scenarioId, name),
            isShared: resourceGroup === 'default' && isFoundationModel(scenarioId, name),
        },
    };
}
function isFoundationModel(scenarioId, name) {
    return scenarioId === 'foundation-models' || name?.endsWith('_autogenerated') === true;
}
function groupSnapshotOf(group, contents) {
    const { resourceGroupId: id, status, statusMessage, labels } = group;
    const createdAt = parseTime(group.createdAt);
    const holds = contents === undefined ? '' : contentsText(contents);
    const detail = [statusMessage ?? '', holds].filter((part) => part !== '');
    return {
        status,
        name: id,
        ...(createdAt === undefined ? {} : { createdAt }),
        ...(detail.length === 0 ? {} : { detail: detail.join('; ') }),
        labels: labelsOf(labels ?? []),
        details: { resource: 'resource-group', id, contents },
    };
}
function contentsText({ deployments, executions }) {
    return [
        deployments.length === 0 ? '' : (0,format/* plural */.LS)(deployments.length, 'deployment'),
        executions.length === 0 ? '' : (0,format/* plural */.LS)(executions.length, 'execution'),
    ]
        .filter((part) => part !== '')
        .join(', ');
}
function labelsOf(labels) {
    if (labels.length === 0)
        return null;
    const byKey = Map.groupBy(labels, ({ key }) => key);
    return Object.fromEntries([...byKey].map(([key, each]) => [key, each.length === 1 ? each[0]?.value : each.map(({ value }) => value)]));
}
function isOrchestration(scenarioId = '', name = '') {
    if (scenarioId.toLowerCase() === 'orchestration' || name.toLowerCase() === 'defaultorchestrationconfig')
        return true;
    const told = scenarioId || name;
    return told === '' || told.includes(redaction/* MASK */.v) ? undefined : false;
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/deployments.js













const PAGE = 2000;
function sap_ai_core_deployments_createDeployments(api, resourceGroup) {
    const names = new Map();
    const readPages = createPageReader(PAGES);
    const readAll = (path, schema) => readPages(path, ({ id }) => id, async ({ skip }) => {
        const answer = await api.readList(`${path}?$top=${PAGE}&$skip=${skip}`);
        if (!isSuccess(answer))
            throw noList(answer, resourceGroup, await api.hasWorked());
        const { count: total, resources: entries } = parseBody(schema, answer);
        return { entries, total, exchange: answer.exchange };
    });
    const readDeployments = coalesce(() => readAll('/lm/deployments', sap_ai_core_schema_DEPLOYMENTS));
    const readListed = singleFlightNext(() => readAll('/lm/deployments', schema_LISTED));
    const learnNames = (deployments) => learnInto(names, deployments, async () => (await readAll('/lm/configurations', CONFIGURATIONS)).byId);
    const listedIn = async ({ byId }) => {
        await learnNames(byId.values());
        return [...byId.values()].map((deployment) => ({
            target: { resource: 'deployment', id: deployment.id, group: resourceGroup },
            snapshot: snapshot_snapshotOf(deployment, names, resourceGroup),
        }));
    };
    const present = async (deployment, exchange) => {
        await learnNames([deployment]).catch(notNeeded);
        return { state: 'present', snapshot: snapshot_snapshotOf(deployment, names, resourceGroup), exchange };
    };
    const get = async (target) => {
        const { deployment, exchange } = await find(api, target);
        return deployment === undefined ? { state: 'absent', exchange } : present(deployment, exchange);
    };
    const listedNow = async () => {
        const { byId, isWhole, exchange } = await readListed();
        const show = (id) => {
            const listed = byId.get(id);
            if (listed === undefined)
                return undefined;
            const { status } = listed;
            if (status === undefined)
                throw new UnclearAnswer('GET does not find it, but the list shows it', exchange);
            return present({ ...listed, status }, exchange);
        };
        const list = { show, isWhole };
        return { byId, list };
    };
    return {
        list: async () => listedIn(await readDeployments()),
        listWhole: async () => listedIn(await readWhole('/lm/deployments', readDeployments)),
        async observe(targets) {
            if (targets.length < api_LIST_FROM) {
                let known = new Map();
                const readList = async () => {
                    const { byId, list } = await listedNow();
                    known = byId;
                    return list;
                };
                const looks = targets.map((target) => attempt(() => observeOne(target, get, readList)));
                return deployments_mistakenAs(await Promise.all(looks), targets, known);
            }
            const { byId, isWhole, exchange } = await readDeployments();
            await learnNames(targets.flatMap(({ id }) => byId.get(id) ?? [])).catch(notNeeded);
            const show = (id) => {
                const deployment = byId.get(id);
                return deployment && { state: 'present', snapshot: snapshot_snapshotOf(deployment, names, resourceGroup), exchange };
            };
            return deployments_mistakenAs(await observeMany(targets, { show, isWhole }, get), targets, byId);
        },
    };
}
async function find(api, target) {
    const answer = await api.read(deployments_deploymentPath(target));
    const { exchange } = answer;
    if (answer.status === 404)
        return { deployment: undefined, exchange };
    if (!isSuccess(answer))
        throw new ProviderError('target', describeSap(answer), exchange);
    const deployment = parseBody(sap_ai_core_schema_DEPLOYMENT, answer);
    if (deployment.id === target.id)
        return { deployment, exchange };
    throw new ProviderError('target', 'SAP AI Core answered about another deployment', exchange);
}
async function learnInto(names, deployments, readConfigurations) {
    const nameless = [...deployments].filter(({ configurationName }) => configurationName === undefined);
    if (nameless.every(({ configurationId }) => configurationId === undefined || names.has(configurationId)))
        return;
    for (const { id, name } of (await readConfigurations()).values())
        if (name !== undefined)
            names.set(id, name);
}
function deployments_mistakenAs(observations, targets, known) {
    return observations.map((observation, index) => {
        const id = targets[index]?.id;
        if (observation.state !== 'absent' || id === undefined)
            return observation;
        for (const each of known.values()) {
            const reason = mistakeFor(id, each);
            if (reason !== undefined)
                return { ...observation, mistaken: { kind: 'name', reason } };
        }
        return observation;
    });
}
function mistakeFor(id, { id: listed, configurationName, configurationId }) {
    const what = configurationName === id ? 'name' : configurationId === id ? 'configuration ID' : undefined;
    return what === undefined
        ? nearlyTheId(id, listed, 'deployment')
        : `it is the ${what} of deployment ${listed}; write that ID, or use 'name' for names`;
}
function notNeeded(error) {
    if (!(error instanceof ProviderError || error instanceof UnclearAnswer))
        throw error;
}
function deployments_deploymentPath(target) {
    return `/lm/deployments/${segment(target.id)}`;
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/group-reader.js










const GROUPS_PAGE = 1000;
const EXECUTIONS_PAGE = 2000;
const ENDED = new Set(['COMPLETED', 'STOPPED', 'DEAD']);
function createGroupReader(tenant, listIn, clock) {
    const readPages = createPageReader(PAGES);
    const activeExecutions = async (group) => {
        const read = () => readPages('/lm/executions', ({ id }) => id, async ({ skip }) => {
            const answer = await tenant.inGroup(group).readList(`/lm/executions?$top=${EXECUTIONS_PAGE}&$skip=${skip}`);
            if (!isSuccess(answer))
                throw noGroupList(answer, `executions in resource group ${group}`);
            const { count: total, resources: entries } = parseBody(EXECUTIONS, answer);
            return { entries, total, exchange: answer.exchange };
        });
        const { byId } = await readWhole('/lm/executions', read);
        return [...byId.values()].filter(({ status }) => !ENDED.has(status));
    };
    return {
        all: coalesce(() => readPages('/admin/resourceGroups', ({ resourceGroupId }) => resourceGroupId, async ({ skip }) => {
            const answer = await tenant.admin.readList(`/admin/resourceGroups?$top=${GROUPS_PAGE}&$skip=${skip}`);
            if (!isSuccess(answer))
                throw noGroupList(answer, 'resource groups');
            const { count: total, resources: entries } = parseBody(RESOURCE_GROUPS, answer);
            return { entries, total, exchange: answer.exchange };
        })),
        async find(target) {
            const answer = await tenant.admin.read(groupPath(target));
            const { exchange } = answer;
            if (answer.status === 404)
                return { group: undefined, exchange };
            if (!isSuccess(answer))
                throw new ProviderError('target', describeSap(answer), exchange);
            const group = parseBody(RESOURCE_GROUP, answer);
            if (group.resourceGroupId === target.id)
                return { group, exchange };
            throw new ProviderError('target', 'SAP AI Core answered about another resource group', exchange);
        },
        async contentsOf(group) {
            const [listed, executions] = await readTogether(clock, [() => listIn(group), () => activeExecutions(group)]);
            return { deployments: listed.map(({ target, snapshot }) => ({ id: target.id, snapshot })), executions };
        },
    };
}
function groupPath({ id }) {
    return `/admin/resourceGroups/${segment(id)}`;
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/group-rules.js






const group_rules_FRESH_MS = 30_000;
const EMPTIED_MS = 60_000;
const AFTER = ['delete it', 'wait until it is gone'];
const group_rules_PASSING = new Set(['PROVISIONING']);
function nextGroupStep(observed, details, history, policy) {
    return applyRules(observed, history, {
        freshMs: group_rules_FRESH_MS,
        guard: (snapshot) => sap_ai_core_guards_protectionOf(snapshot, policy),
        next: ({ status }) => finalStep(status, history) ?? byContents(status, details?.contents, history),
    });
}
function finalStep(status, history) {
    const refusal = finalRefusal(history, 'delete', status, group_rules_PASSING, EMPTIED_MS) ??
        finalRefusal(history, 'stop-execution', status, group_rules_PASSING);
    if (refusal === undefined)
        return undefined;
    const times = (0,providers_history/* refusals */.Ke)(history).length;
    return { type: 'end', outcome: 'refused', reason: `refused ${(0,format/* plural */.LS)(times, 'time')}: ${(0,providers_history/* problemOf */.Zw)(refusal)}` };
}
function byContents(status, contents, history) {
    if (contents === undefined)
        return { type: 'wait', until: 'settled', reason: 'what is in it was not read', after: AFTER };
    const { executions, deployments } = contents;
    if (executions.length > 0)
        return stopExecutions(executions, history);
    if (deployments.length > 0) {
        const reason = `holds ${(0,format/* plural */.LS)(deployments.length, 'deployment')}, which ${deployments.length === 1 ? 'is' : 'are'} deleted first`;
        return { type: 'wait', until: 'empty', reason, after: AFTER };
    }
    if (status !== 'PROVISIONED' && status !== 'ERROR') {
        return { type: 'wait', until: 'settled', reason: `is ${status}`, after: AFTER };
    }
    return {
        type: 'act',
        action: { verb: 'delete', final: true },
        reason: `is ${status} and empty`,
        after: AFTER.slice(1),
    };
}
function stopExecutions(executions, history) {
    const after = [...(executions.length > 1 ? ['stop the others'] : []), 'delete what is in it', ...AFTER];
    const next = executions.find(({ id, status }) => (status === 'PENDING' || status === 'RUNNING') && !isStopping(id, history));
    if (next === undefined) {
        const reason = `waits for ${(0,format/* plural */.LS)(executions.length, 'execution')} in it to stop`;
        return { type: 'wait', until: 'stopped', reason, after: ['delete what is in it', ...AFTER] };
    }
    const action = { verb: 'stop-execution', final: false, execution: next.id };
    return { type: 'act', action, reason: `execution ${next.id} in it is ${next.status}`, after };
}
function isStopping(execution, history) {
    const asked = (0,providers_history/* acts */.Ij)(history, 'stop-execution').findLast(({ action }) => action.execution === execution);
    const now = history.at(-1)?.until ?? 0;
    return asked?.actionResult.result === 'accepted' && now - asked.until < STOP_TRACE_MS;
}
function groupCollateral({ contents }) {
    const { deployments = [] } = contents ?? {};
    return deployments.map(({ id, snapshot: { name } }) => ({
        kind: 'content',
        name,
        sentence: `deployment ${id} in it is deleted first`,
    }));
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/quota.js


const quota_COUNT = object({ count: number() });
const LIMIT = object({ maxCount: number() });
const GROUPS = object({ usage: quota_COUNT, quota: LIMIT });
const quota_DEPLOYMENTS = object({
    usage: quota_COUNT,
    quotas: array(object({ resourcePlanType: optional(string()), deploymentQuota: optional(LIMIT) })),
});
async function readQuota({ readBriefly }, until) {
    const read = async (what) => {
        try {
            const answer = await readBriefly(`/admin/resourceQuota/${what}`, until);
            return answer !== undefined && isSuccess(answer) ? answer.body : undefined;
        }
        catch {
            return undefined;
        }
    };
    const [groups, deployments] = await Promise.all([read('resourceGroups'), read('deployments')]);
    return [groupsText(groups), deploymentsText(deployments)].filter((text) => text !== undefined);
}
function groupsText(body) {
    const parsed = safeParse(GROUPS, body);
    return parsed.success ? `resource groups: ${parsed.output.usage.count} of ${parsed.output.quota.maxCount}` : undefined;
}
function deploymentsText(body) {
    const parsed = safeParse(quota_DEPLOYMENTS, body);
    if (!parsed.success)
        return undefined;
    const limits = parsed.output.quotas.flatMap(({ deploymentQuota }) => deploymentQuota ?? []);
    const [limit] = limits;
    return limit === undefined || limits.length > 1
        ? undefined
        : `deployments: ${parsed.output.usage.count} of ${limit.maxCount}`;
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/group-births.js


function createGroupBirths() {
    const first = new Map();
    return {
        noted(found) {
            const { resourceGroupId: id = '', createdAt } = found.group ?? {};
            const time = parseTime(createdAt);
            if (time !== undefined && !first.has(id))
                first.set(id, time);
            return found;
        },
        requireFirst(id, createdAt) {
            const time = first.get(id);
            if (time === undefined || createdAt === undefined || sameSecond(time, createdAt))
                return;
            throw new ProviderError('target', `resource group ${id} was made anew while the plan was made; run the step again`);
        },
    };
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/search.js



function createSearch(clientOf) {
    const places = new Map();
    const placeOf = (target) => typeof target.group === 'string' ? target.group : places.get((0,providers_target/* targetKey */.hD)(target));
    const observeIn = async (group, targets) => {
        try {
            return await clientOf(group).observe(targets);
        }
        catch (error) {
            return targets.map(() => observe_unreadable(ofOneGroup(error)));
        }
    };
    const search = async (targets) => {
        const groups = [...new Set(targets.flatMap(({ group = [] }) => group))];
        const looks = await Promise.all(groups.map((group) => observeIn(group, targets)));
        return targets.map((target, index) => {
            const seen = looks.flatMap((observations) => observations[index] ?? []);
            const present = seen.filter((observation) => observation.state === 'present');
            const [first] = present;
            if (first === undefined)
                return missing(seen);
            if (present.length > 1) {
                const where = present.flatMap(({ snapshot }) => snapshot.group ?? []).join(' and ');
                return observe_unreadable(new ProviderError('target', `it is in the resource groups ${where}: name the one that is meant`));
            }
            if (first.snapshot.group !== undefined)
                places.set((0,providers_target/* targetKey */.hD)(target), first.snapshot.group);
            return first;
        });
    };
    return {
        observe: (targets) => observeInGroups(targets, placeOf, (place, alike) => place === undefined ? search(alike) : observeIn(place, alike)),
        groupOf(target) {
            const place = placeOf(target);
            if (place === undefined)
                throw new ProviderError('target', 'its resource group is not known');
            return place;
        },
    };
}
function missing(seen) {
    const unclear = seen.find(({ state }) => state !== 'absent');
    if (unclear !== undefined)
        return unclear;
    const absent = seen.filter((each) => each.state === 'absent');
    const [first] = absent;
    if (first === undefined)
        return observe_unreadable('no resource group was asked');
    const partial = absent.find(({ isPartial }) => isPartial);
    return absent.find(({ mistaken }) => mistaken !== undefined) ?? partial ?? first;
}
function ofOneGroup(error) {
    const isAccess = error instanceof ProviderError && error.scope === 'account' && error.exchange?.status !== 401;
    return isAccess ? new ProviderError('target', error.message, error.exchange) : error;
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/resource-groups.js









const HOLDS_MS = 3000;
function createResourceGroups(reader, clock) {
    const planned = new Map();
    const births = createGroupBirths();
    const takePlanned = (id) => {
        const known = planned.get(id);
        planned.delete(id);
        return known !== undefined && clock.now() - known.exchange.at <= HOLDS_MS ? known : undefined;
    };
    const groupAlone = async (target) => {
        const { group, exchange } = await reader.find(target);
        return group === undefined
            ? { state: 'absent', exchange }
            : { state: 'present', snapshot: groupSnapshotOf(group), exchange };
    };
    const observeInside = async (target) => {
        const known = takePlanned(target.id);
        if (known !== undefined)
            return known;
        const [{ group, exchange }, contents] = await readTogether(clock, [
            async () => births.noted(await reader.find(target)),
            () => reader.contentsOf(target.id).catch((error) => new Unread(error)),
        ]);
        if (group === undefined)
            return { state: 'absent', exchange };
        if (contents instanceof Unread)
            return withoutContents(target, contents.why);
        return { state: 'present', snapshot: groupSnapshotOf(group, contents), exchange };
    };
    const withoutContents = async (target, why) => {
        const { group, exchange } = await reader.find(target);
        if (group === undefined)
            return { state: 'absent', exchange };
        throw ofOneGroup(why);
    };
    const observeListed = async (group, exchange) => {
        const id = group.resourceGroupId;
        births.noted({ group });
        const known = takePlanned(id);
        if (known !== undefined)
            return known;
        const contents = await reader.contentsOf(id).catch(() => undefined);
        if (contents !== undefined && clock.now() - exchange.at <= HOLDS_MS) {
            return { state: 'present', snapshot: groupSnapshotOf(group, contents), exchange };
        }
        const observation = await observeInside({ resource: 'resource-group', id });
        if (observation.state !== 'absent')
            return observation;
        throw new UnclearAnswer('GET does not find it, but the list shows it', exchange);
    };
    const observe = (targets) => observeGroups(reader, targets, observeInside, observeListed);
    return {
        list: () => listGroups(reader),
        observe,
        confirmGone: (targets) => observeGroups(reader, targets, groupAlone, async (group, exchange) => ({
            ...{ state: 'present', snapshot: groupSnapshotOf(group), exchange },
        })),
        async contents(targets) {
            const observations = await observe(targets);
            return observations.map((seen, index) => {
                const { id = '' } = targets[index] ?? {};
                if (seen.state === 'absent')
                    return undefined;
                if (seen.state === 'unreadable')
                    throw seen.error;
                if (seen.state !== 'present')
                    throw new ProviderError('target', `resource group ${id} cannot be read`);
                births.requireFirst(id, seen.snapshot.createdAt);
                planned.set(id, seen);
                return { snapshot: seen.snapshot, inside: insideOf(id, seen.snapshot) };
            });
        },
    };
}
async function listGroups(reader) {
    const { byId } = await reader.all();
    return [...byId.values()].map((group) => ({
        target: { resource: 'resource-group', id: group.resourceGroupId },
        snapshot: groupSnapshotOf(group),
    }));
}
async function observeGroups(reader, targets, get, showListed) {
    let known = [];
    const readList = async () => {
        const { byId, isWhole, exchange } = await reader.all();
        known = [...byId.keys()];
        const show = (id) => {
            const group = byId.get(id);
            return group && showListed(group, exchange);
        };
        return { show, isWhole };
    };
    const observations = targets.length < api_LIST_FROM
        ? await Promise.all(targets.map((target) => attempt(() => observeOne(target, get, readList))))
        : await observeMany(targets, await readList(), get);
    return mistypedAs(observations, targets, known, 'resource group');
}
function insideOf(group, { details }) {
    const { deployments = [] } = (details.resource === 'resource-group' ? details.contents : undefined) ?? {};
    return deployments.map(({ id, snapshot }) => ({ target: { resource: 'deployment', id, group }, snapshot }));
}
class Unread {
    why;
    constructor(why) {
        this.why = why;
    }
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/rules.js







const sap_ai_core_rules_FRESH_MS = 30_000;
const YOUNG_MS = 15 * 60_000;
const sap_ai_core_rules_PASSING = new Set(['UNKNOWN', 'PENDING', 'STOPPING']);
function nextSapStep(observed, history, policy) {
    const details = observed.state === 'present' ? observed.snapshot.details : undefined;
    return details?.resource === 'resource-group'
        ? nextGroupStep(observed, details, history, policy)
        : sap_ai_core_rules_nextDeploymentStep(observed, details, history, policy);
}
function sap_ai_core_rules_nextDeploymentStep(observed, details, history, policy) {
    return applyRules(observed, history, {
        freshMs: sap_ai_core_rules_FRESH_MS,
        isDoubtful: wasYoung(history),
        guard: (snapshot) => sap_ai_core_guards_protectionOf(snapshot, policy),
        next: ({ status }) => rules_finalStep(status, history) ?? byStatus(status, details?.targetStatus, history),
    });
}
function rules_finalStep(status, history) {
    const refusal = finalRefusal(history, 'delete', status, sap_ai_core_rules_PASSING) ?? finalRefusal(history, 'stop', status, sap_ai_core_rules_PASSING);
    if (refusal === undefined)
        return undefined;
    const times = (0,providers_history/* refusals */.Ke)(history).length;
    const reason = `refused ${(0,format/* plural */.LS)(times, 'time')}, last in status ${status}: ${(0,providers_history/* problemOf */.Zw)(refusal)}`;
    return { type: 'end', outcome: 'refused', reason };
}
function byStatus(status, targetStatus, history) {
    const afterStop = ['delete once it is stopped', 'wait until it is gone'];
    switch (status) {
        case 'UNKNOWN':
        case 'STOPPED':
        case 'DEAD':
            return remove(`is ${status}`, history);
        case 'COMPLETED': {
            const refusal = refusalsIn(history, 'delete', status)[0];
            if (refusal === undefined)
                return remove('is COMPLETED', history);
            const reason = `SAP AI Core refuses to delete it in status COMPLETED: ${(0,providers_history/* problemOf */.Zw)(refusal)}`;
            return { type: 'end', outcome: 'refused', reason };
        }
        case 'RUNNING':
        case 'PENDING': {
            const asked = (0,providers_history/* acts */.Ij)(history, 'stop').at(-1);
            const mayStillShow = asked?.actionResult.result === 'accepted' && lookedAt(history) - asked.until < STOP_TRACE_MS;
            if (targetStatus === 'STOPPED' || mayStillShow) {
                return { type: 'wait', until: 'stopped', reason: `is ${status} and stopping`, after: afterStop };
            }
            return {
                type: 'act',
                action: { verb: 'stop', final: false },
                reason: `is ${status} and must be stopped first`,
                after: ['wait until it is stopped', ...afterStop],
            };
        }
        case 'STOPPING':
            return { type: 'wait', until: 'stopped', reason: 'is STOPPING', after: afterStop };
        default:
            return { type: 'wait', until: 'settled', reason: `is in the unknown status ${status}`, after: afterStop };
    }
}
function remove(reason, history) {
    const last = (0,providers_history/* lastAct */.Vf)(history);
    const bareRefused = last?.action.verb === 'delete' &&
        last.actionResult.result === 'refused' &&
        [400, 415].includes(last.actionResult.status);
    const triedBoth = (0,providers_history/* acts */.Ij)(history, 'delete').some(({ action }) => action.withBody);
    const action = {
        verb: 'delete',
        final: true,
        ...(bareRefused && !triedBoth ? { withBody: true } : {}),
    };
    return { type: 'act', action, reason, after: ['wait until it is gone'] };
}
function lookedAt(history) {
    return history.at(-1)?.until ?? 0;
}
function wasYoung(history) {
    const last = history.findLast((event) => event.type === 'observed');
    return last?.createdAt !== undefined && last.until - last.createdAt < YOUNG_MS;
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/provider.js














const BULK_FROM = 10;
const BULK_STATUS = { stop: 'STOPPED', delete: 'DELETED' };
function connectSapAiCore(settings, connection) {
    const tenant = createSapTenant(settings, connection);
    const bulk = createSapBulk(tenant);
    const deploymentsOf = onePerGroup((group) => sap_ai_core_deployments_createDeployments(tenant.inGroup(group), group));
    const search = createSearch(deploymentsOf);
    const askForBulk = (group, count) => {
        if (count >= BULK_FROM)
            bulk.ask(group);
    };
    const listIn = async (group, how = 'list') => {
        const listed = await deploymentsOf(group)[how]();
        askForBulk(group, listed.length);
        return listed;
    };
    const reader = createGroupReader(tenant, (group) => listIn(group, 'listWhole'), connection.clock);
    const groups = createResourceGroups(reader, connection.clock);
    const observer = (how) => (targets) => observeInGroups(targets, ({ resource }) => resource === 'resource-group', (isGroup, alike) => (isGroup ? groups[how](alike) : search.observe(alike)));
    const observe = observer('observe');
    const groupsIn = async ({ groups: { ids, matches } }) => {
        const found = matches === undefined ? [] : [...(await reader.all()).byId.keys()].filter(matches);
        return [...new Set([...ids, ...found])];
    };
    return {
        concurrency: sap_ai_core_api_CONCURRENCY,
        async list(scope) {
            if (scope.resource === 'resource-group')
                return groups.list();
            const lists = await Promise.all((await groupsIn(scope)).map((group) => listIn(group)));
            return lists.flat();
        },
        observe(targets) {
            for (const [group, { length }] of Map.groupBy(targets, ({ group }) => group)) {
                if (typeof group === 'string')
                    askForBulk(group, length);
            }
            return observe(targets);
        },
        confirmGone: observer('confirmGone'),
        protection: sap_ai_core_guards_protectionOf,
        collateral: ({ details }) => (details.resource === 'resource-group' ? groupCollateral(details) : []),
        nextStep: nextSapStep,
        requestText: sap_ai_core_action_requestText,
        async contents(targets) {
            return targets.every(({ resource }) => resource === 'resource-group')
                ? groups.contents(targets)
                : targets.map(() => undefined);
        },
        quota: (until) => readQuota(tenant, until),
        bulk: {
            from: BULK_FROM,
            most: 100,
            verbs: ['stop', 'delete'],
            isOffered: bulk.isOffered,
            batchOf: ({ group }) => (typeof group === 'string' ? group : undefined),
            async act(targets, { verb }, limits) {
                const group = targets[0]?.group;
                if (typeof group !== 'string' || verb === 'stop-execution')
                    return undefined;
                return bulk.modify(group, targets, BULK_STATUS[verb], limits);
            },
        },
        act: createWriter(tenant, search.groupOf),
    };
}
function createWriter(tenant, groupOf) {
    return async (target, action, { notAfter }) => {
        const isGroup = target.resource === 'resource-group';
        const api = isGroup ? tenant.admin : tenant.inGroup(groupOf(target));
        const path = isGroup ? groupPath(target) : deployments_deploymentPath(target);
        switch (action.verb) {
            case 'stop':
                return action_result_actionResultOf(await api.write('PATCH', path, { body: { targetStatus: 'STOPPED' }, notAfter }), target.id);
            case 'stop-execution': {
                const { execution } = action;
                const patch = { body: { targetStatus: 'STOPPED' }, notAfter };
                const answer = await tenant.inGroup(target.id).write('PATCH', `/lm/executions/${segment(execution)}`, patch);
                return action_result_actionResultOf(answer, execution);
            }
            case 'delete': {
                const options = action.withBody ? { body: { targetStatus: 'DELETED' }, notAfter } : { notAfter };
                return action_result_actionResultOf(await api.write('DELETE', path, options), target.id);
            }
        }
    };
}
function onePerGroup(make) {
    const made = new Map();
    return (group) => {
        const known = made.get(group) ?? make(group);
        made.set(group, known);
        return known;
    };
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/key-text.js


const DEEPEST = 4;
const CREDENTIALS = object({ credentials: record(string(), unknown()) });
const BINDING = object({ name: optional(string()), ...CREDENTIALS.entries });
function findKey(text) {
    const json = parseWrapped(text, DEEPEST);
    if (typeof json === 'string')
        return json;
    const bindings = bindingsIn(json);
    const [only, ...more] = bindings;
    if (only === undefined)
        return json;
    if (more.length === 0)
        return only.credentials;
    const names = bindings.map(({ name }, index) => name ?? `the ${index + 1}th`).join(', ');
    return `has ${bindings.length} bindings of SAP AI Core (${names}); paste the credentials of one`;
}
function unwrappedTexts(text) {
    const texts = [text];
    for (let inner = innerText(text); inner !== undefined && texts.length < DEEPEST; inner = innerText(inner)) {
        texts.push(inner);
    }
    return texts;
}
function parseWrapped(text, deepest) {
    let isJson = false;
    try {
        const json = JSON.parse(text);
        if (typeof json === 'object' && json !== null)
            return json;
        isJson = true;
    }
    catch {
    }
    const inner = innerText(text);
    const found = inner === undefined || deepest === 0 ? problemOf(text.trim()) : parseWrapped(inner, deepest - 1);
    return isJson && typeof found === 'string' ? 'is not a JSON object' : found;
}
function innerText(text) {
    const bare = text.trim();
    if (/^"[\s\S]*"$/.test(bare)) {
        try {
            const json = JSON.parse(bare);
            return typeof json === 'string' ? json : undefined;
        }
        catch {
            return undefined;
        }
    }
    if (!/^[\w+/\s-]{20,}={0,2}\s*$/.test(bare))
        return undefined;
    const decoded = Buffer.from(bare, 'base64').toString('utf8').trim();
    return /^[{["]/.test(decoded) ? decoded : undefined;
}
const NOT_JSON = 'is not JSON; paste the whole service key as SAP BTP shows it';
function problemOf(text) {
    if (/^\{\s*'/.test(text))
        return 'has single quotes where JSON has double ones; paste the service key as SAP BTP shows it';
    if (/^[\w./~\\-]+\.json$/i.test(text))
        return 'is the name of a file; give its content';
    return (/^[[{]/.test(text) ? undefined : credentialProblem(text)) ?? NOT_JSON;
}
function bindingsIn(json) {
    if ('clientid' in json || 'credentials' in json)
        return [];
    const lists = Array.isArray(json) ? [['', json]] : Object.entries(json);
    const all = lists.flatMap(([service, list]) => (Array.isArray(list) ? list : []).flatMap((each) => {
        const binding = safeParse(BINDING, each);
        return binding.success ? [{ service, ...binding.output }] : [];
    }));
    const named = all.filter(({ service, credentials }) => service === 'aicore' || isOfAiCore(credentials));
    return named.length > 0 ? named : all;
}
function isOfAiCore({ serviceurls }) {
    return (typeof serviceurls === 'object' &&
        serviceurls !== null &&
        ('AI_API_URL' in serviceurls || 'ML_API_URL' in serviceurls));
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/service-key.js




const service_key_TEXT = pipe(string(), trim(), minLength(1), check(isWhole));
const KEY = object({
    clientid: service_key_TEXT,
    clientsecret: optional(service_key_TEXT),
    url: optional(service_key_TEXT),
    certificate: optional(service_key_TEXT),
    key: optional(service_key_TEXT),
    certurl: optional(service_key_TEXT),
    serviceurls: optional(object({ AI_API_URL: optional(service_key_TEXT), ML_API_URL: optional(service_key_TEXT) })),
});
const service_key_WRAPPED = object({ credentials: unknown() });
function parseServiceKey(text, now) {
    const json = findKey(text);
    if (typeof json === 'string')
        return json;
    const wrapped = safeParse(service_key_WRAPPED, json);
    const key = safeParse(KEY, wrapped.success ? wrapped.output.credentials : json);
    if (!key.success) {
        const [issue] = key.issues;
        const field = getDotPath(issue);
        if (field === null)
            return 'is not a JSON object';
        const what = issue.type === 'check' ? `half a character in '${field}'` : `no usable '${field}'`;
        return `has ${what}; paste the whole service key`;
    }
    const auth = authOf(key.output, now);
    if (typeof auth === 'string')
        return auth;
    const { serviceurls } = key.output;
    const api = serviceurls?.AI_API_URL ?? serviceurls?.ML_API_URL;
    const apiUrl = api === undefined ? undefined : parseAddress(api);
    if (typeof apiUrl === 'string')
        return `has a 'serviceurls.AI_API_URL' that ${apiUrl}`;
    return { auth, apiUrl };
}
function isWhole(text) {
    return text.isWellFormed();
}
function authOf(key, now) {
    const { clientid: clientId, clientsecret: clientSecret, certificate } = key;
    const usesSecret = clientSecret !== undefined;
    if (!usesSecret && (certificate === undefined || key.key === undefined)) {
        return certificate === undefined
            ? "has neither 'clientsecret' nor 'certificate'; paste the whole service key"
            : "has a 'certificate' but no 'key'; paste the whole service key";
    }
    const field = usesSecret ? 'url' : 'certurl';
    const address = key[field];
    if (address === undefined)
        return `has no '${field}' to get a token from; paste the whole service key`;
    const tokenUrl = tokenAddress(address);
    if (typeof tokenUrl === 'string')
        return `has a '${field}' that ${tokenUrl}`;
    if (usesSecret)
        return { kind: 'secret', clientId, clientSecret, tokenUrl };
    const identity = readIdentity(certificate ?? '', key.key ?? '', now);
    return typeof identity === 'string' ? identity : { kind: 'certificate', clientId, identity, tokenUrl };
}
function tokenAddress(text) {
    const url = parseAddress(text);
    if (typeof url === 'string')
        return url;
    const path = url.pathname.replace(/\/+/g, '/').replace(/\/$/, '');
    return new URL(path.endsWith('/oauth/token') ? path : `${path}/oauth/token`, url);
}
function secretsIn(text) {
    const found = [...text.matchAll(/"(?:clientsecret|key)"\s*:\s*("(?:[^"\\]|\\.)*")/g)].flatMap(([, literal]) => {
        try {
            const value = JSON.parse(literal ?? '');
            return typeof value === 'string' ? [value] : [];
        }
        catch {
            return [];
        }
    });
    return found.filter((secret) => secret !== '');
}
const serviceKeySecrets = (text) => {
    const texts = unwrappedTexts(text);
    const found = texts.flatMap(secretsIn);
    const wrapped = texts.slice(0, -1).filter(() => found.length > 0);
    return [
        ...found.flatMap((secret) => (secret.includes('-----BEGIN') ? privateKeySecrets(secret) : [secret])),
        ...wrapped,
    ];
};

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/variables.js



function hasSapVariables(reader) {
    const [id, secret] = [reader.variable('AICORE_CLIENT_ID'), reader.secret('AICORE_CLIENT_SECRET')];
    return [id, secret, reader.variable('AICORE_AUTH_URL')].some((text) => text !== '');
}
function readSapVariables(reader) {
    const get = (name) => reader.variable(name) || undefined;
    const key = reader.secret('AICORE_KEY_STR') || undefined;
    const clientId = get('AICORE_CLIENT_ID');
    const ways = {
        secret: reader.secret('AICORE_CLIENT_SECRET') || undefined,
        text: get('AICORE_CERT_STR') ?? key,
        files: get('AICORE_CERT_FILE_PATH') ?? get('AICORE_KEY_FILE_PATH'),
    };
    const given = Object.values(ways).filter((way) => way !== undefined).length;
    const address = ways.secret === undefined ? (get('AICORE_CERT_URL') ?? get('AICORE_AUTH_URL')) : get('AICORE_AUTH_URL');
    if (clientId === undefined || address === undefined || given !== 1) {
        reader.mistake('AICORE_CLIENT_ID, AICORE_AUTH_URL and exactly one of AICORE_CLIENT_SECRET, AICORE_CERT_STR with AICORE_KEY_STR, and AICORE_CERT_FILE_PATH with AICORE_KEY_FILE_PATH belong together');
        return undefined;
    }
    const tokenUrl = tokenAddress(address);
    if (typeof tokenUrl === 'string')
        reader.mistake(`${address === get('AICORE_CERT_URL') ? 'AICORE_CERT_URL' : 'AICORE_AUTH_URL'} ${tokenUrl}`);
    const baseUrl = get('AICORE_BASE_URL');
    const apiUrl = baseUrl === undefined ? undefined : parseAddress(baseUrl);
    if (typeof apiUrl === 'string')
        reader.mistake(`AICORE_BASE_URL ${apiUrl}`);
    if (typeof tokenUrl === 'string' || typeof apiUrl === 'string')
        return undefined;
    if (ways.secret !== undefined) {
        if (!ways.secret.isWellFormed()) {
            reader.mistake('AICORE_CLIENT_SECRET has half a character in it; paste it again');
            return undefined;
        }
        return { auth: { kind: 'secret', clientId, clientSecret: ways.secret, tokenUrl }, apiUrl };
    }
    const pair = ways.text === undefined ? readFiles(reader) : [get('AICORE_CERT_STR'), key];
    if (pair === undefined)
        return undefined;
    const identity = readIdentity(pair[0] ?? '', pair[1] ?? '', reader.now);
    if (typeof identity !== 'string')
        return { auth: { kind: 'certificate', clientId, identity, tokenUrl }, apiUrl };
    reader.mistake(`AICORE_CERT_${ways.text === undefined ? 'FILE_PATH' : 'STR'} ${identity}`);
    return undefined;
}
function readFiles(reader) {
    const [certificate, key] = [reader.file('AICORE_CERT_FILE_PATH'), reader.file('AICORE_KEY_FILE_PATH')];
    return certificate === undefined || key === undefined ? undefined : [certificate, key];
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/settings.js




function readSapSettings(reader, apiUrl) {
    const login = readSapLogin(reader);
    const api = withoutPath(apiUrl ?? login?.apiUrl);
    if (login !== undefined && api === undefined) {
        const why = reader.secret('token') === '' ? 'the service key names no AI_API_URL' : "'token' needs it";
        if (reader.text('api-url') === '')
            reader.mistake(`'api-url' is missing: ${why}`);
    }
    return login === undefined || api === undefined ? undefined : { auth: login.auth, apiUrl: api };
}
function withoutPath(url) {
    const [, base] = /^(.*\/v2)\/(?:lm|admin|inference)(?:\/.*)?$/.exec(url?.pathname ?? '') ?? [];
    return url === undefined || base === undefined ? url : new URL(base, url);
}
function readSapLogin(reader) {
    const { key: token } = splitScheme(reader.secret('token'));
    const inputKey = reader.secret('service-key');
    if (token !== '' && inputKey !== '') {
        reader.mistake("'token' and 'service-key' are both given; give one of them");
        return undefined;
    }
    if (token !== '') {
        const problem = credentialProblem(token);
        if (problem !== undefined)
            reader.mistake(`'token' ${problem}`);
        else if (!isHeaderSafe(token))
            reader.mistake("'token' has characters that no token has; paste the token alone");
        return { auth: { kind: 'token', token }, apiUrl: undefined };
    }
    const variableKey = reader.secret('AICORE_SERVICE_KEY');
    if (inputKey !== '')
        return fromServiceKey(reader, "'service-key'", inputKey);
    if (variableKey !== '')
        return fromServiceKey(reader, 'AICORE_SERVICE_KEY', variableKey);
    if (hasSapVariables(reader))
        return readSapVariables(reader);
    reader.mistake(`'service-key' is empty, and neither 'token' nor AICORE_SERVICE_KEY nor AICORE_CLIENT_ID is given. Give one of them; ${WHY_EMPTY}`);
    return undefined;
}
function fromServiceKey(reader, source, text) {
    const key = parseServiceKey(text, reader.now);
    if (typeof key === 'string') {
        reader.mistake(`${source} ${key}`);
        return undefined;
    }
    return key;
}
function loginNotices(reader) {
    if (reader.secret('token') !== '' || reader.secret('service-key') !== '')
        return [];
    return reader.secret('AICORE_SERVICE_KEY') !== '' && hasSapVariables(reader)
        ? ['AICORE_SERVICE_KEY is used, and AICORE_CLIENT_ID and the variables beside it are not: remove one of the two']
        : [];
}
function resourceGroupNotices(reader) {
    const group = reader.variable('AICORE_RESOURCE_GROUP');
    const resourceGroup = reader.text('resource-group');
    return group === '' || group === resourceGroup
        ? []
        : [`AICORE_RESOURCE_GROUP is ${group}, but the input decides: 'resource-group' is ${resourceGroup}`];
}
function serviceKeyNotices(reader) {
    const source = hasSeveralLines(reader.secret('service-key'))
        ? "'service-key'"
        : hasSeveralLines(reader.secret('AICORE_SERVICE_KEY'))
            ? 'AICORE_SERVICE_KEY'
            : undefined;
    if (source === undefined)
        return [];
    return [
        `${source} has several lines. If the secret is stored like that, GitHub hides each of its lines by itself, also the lone curly brackets: they become *** in the log and the summary, and job outputs with JSON are dropped ("Skip output … since it may contain secret"). Store it on one line (jq -c . key.json | gh secret set NAME), or give only its fields as AICORE_CLIENT_ID, AICORE_CLIENT_SECRET, AICORE_AUTH_URL and AICORE_BASE_URL`,
    ];
}
function hasSeveralLines(text) {
    return /[\r\n]/.test(text);
}

;// CONCATENATED MODULE: ./lib/providers/sap-ai-core/definition.js










const HOME = { name: 'sap-ai-core', homeDomain: '.hana.ondemand.com' };
const sapAiCore = defineProvider({
    ...HOME,
    statuses: ['PENDING', 'RUNNING', 'COMPLETED', 'DEAD', 'STOPPING', 'STOPPED', 'UNKNOWN'],
    guards: ['orchestration', 'executions'],
    resources: {
        deployment: {
            ids: 'deployment-id',
            plural: 'deployments',
            hasName: true,
            nameCharacters: {
                allowed: /[\w\s.!?,;:[\](){}<>"'=+*/\\^&%@~$#|-]/,
                words: 'ASCII letters, digits, blanks and punctuation',
            },
            hasStatus: true,
            groups: { input: 'resource-group', resource: 'resource-group', noun: 'resource group' },
        },
        'resource-group': {
            ids: 'resource-group',
            plural: 'resource groups',
            never: { ids: OF_THE_TENANT, why: 'belongs to the tenant and is never deleted' },
            hasName: true,
            nameCharacters: { allowed: /[A-Za-z0-9.-]/, words: 'ASCII letters, digits, . and -' },
            hasStatus: false,
            labels: { keyPrefix: 'ext.ai.sap.com/' },
        },
    },
    ownInputs: {
        'service-key': { default: '', secrets: serviceKeySecrets, ignoredElsewhere: true },
        token: { default: '', secrets: keySecrets },
        'resource-group': { default: 'default' },
    },
    misplacedSecrets: serviceKeySecrets,
    secretVariables: {
        AICORE_SERVICE_KEY: serviceKeySecrets,
        AICORE_CLIENT_SECRET: wholeText,
        AICORE_KEY_STR: privateKeySecrets,
    },
    secretFiles: { AICORE_KEY_FILE_PATH: privateKeySecrets },
    idProblem(resource, id) {
        const problem = idTextProblem(id);
        if (problem !== undefined)
            return problem;
        if (resource === 'resource-group') {
            return /^[A-Za-z0-9][A-Za-z0-9.-]{1,251}[A-Za-z0-9]$/.test(id)
                ? undefined
                : 'cannot be a resource group of SAP AI Core (3 to 253 letters, digits, . and -, with a letter or digit at both ends)';
        }
        return /^[\w.-]{4,64}$/.test(id)
            ? undefined
            : 'cannot be a deployment ID of SAP AI Core (4 to 64 letters, digits, _ . -)';
    },
    readSettings: readSapSettings,
    where: () => [],
    notices({ apiUrl, auth }, reader) {
        const fromKey = 'the service key or AICORE_BASE_URL says so';
        const fromLogin = auth.kind === 'certificate'
            ? 'the service key, AICORE_CERT_URL or AICORE_AUTH_URL says so'
            : 'the service key or AICORE_AUTH_URL says so';
        return [
            ...(reader.text('api-url') === '' ? foreignHost(HOME, 'the credentials go', apiUrl, fromKey) : []),
            ...(auth.kind === 'secret' ? foreignHost(HOME, 'the client secret goes', auth.tokenUrl, fromLogin) : []),
            ...(auth.kind === 'certificate' ? foreignHost(HOME, 'the token request goes', auth.tokenUrl, fromLogin) : []),
            ...loginNotices(reader),
            ...resourceGroupNotices(reader),
            ...serviceKeyNotices(reader),
        ];
    },
    create: connectSapAiCore,
});

;// CONCATENATED MODULE: ./lib/providers/registry.js



const PROVIDERS = [baseten, sapAiCore, alibabaModelStudio];

// EXTERNAL MODULE: ./lib/report/outputs.js
var report_outputs = __nccwpck_require__(568);
;// CONCATENATED MODULE: ./lib/report/selection-text.js


const selection_text_NAMED = 10;
function placesOf(inputs) {
    const { definition, where } = inputs.provider;
    return [definition.name, ...where, ...groupsOf(inputs), ...parentsOf(inputs)];
}
function selectionText({ provider, selection }) {
    if (selection.kind === 'exact') {
        const ids = selection.targets.map(({ id }) => id);
        const more = ids.length > selection_text_NAMED ? ` and ${ids.length - selection_text_NAMED} more` : '';
        const noun = (0,providers_target/* nounOf */.a2)(selection.targets[0]?.resource ?? 'deployment');
        return [`${ids.length === 1 ? noun : (0,format/* plural */.LS)(ids.length, noun)} ${ids.slice(0, selection_text_NAMED).join(', ')}${more}`];
    }
    const { criteria } = selection;
    const { plural: noun = 'deployments' } = provider.definition.resources[criteria.resource] ?? {};
    const called = criteria.include.length === 0 ? '' : ` named ${sources(criteria.include, ' or ')}`;
    return [`${noun}${called}`, ...narrowedBy(criteria)];
}
function narrowedBy(criteria) {
    const { exclude, labels, unusedForMs, olderThanMs, statuses, keepLatest, protect, pullRequest } = criteria;
    return [
        exclude.length === 0 ? '' : `not ${sources(exclude, ' or ')}`,
        labels.length === 0 ? '' : `labelled ${sources(labels, ' and ')}`,
        pullRequest === 'closed' ? '' : `of pull request ${pullRequest}`,
        unusedForMs === 0 ? '' : `unused for ${(0,format/* period */.iE)(unusedForMs)}`,
        olderThanMs === 0 ? '' : `older than ${(0,format/* period */.iE)(olderThanMs)}`,
        statuses === undefined ? '' : `in status ${[...statuses].join(' or ')}`,
        keepLatest === 0 ? '' : `but the ${keepLatest} newest`,
        protect.length === 0 ? '' : `protected: ${sources(protect, ', ')}`,
    ].filter((part) => part !== '');
}
function groupsOf({ provider, selection }) {
    const isSweep = selection.kind === 'sweep';
    const resource = isSweep ? selection.criteria.resource : selection.targets[0]?.resource;
    const noun = resource === undefined ? undefined : provider.definition.resources[resource]?.groups?.noun;
    const names = isSweep
        ? selection.criteria.groups.map(({ source }) => source)
        : selection.targets.flatMap(({ group = [] }) => group);
    return noun === undefined ? [] : nounWith(noun, names);
}
function nounWith(noun, all) {
    const names = [...new Set(all)];
    return names.length === 0 ? [] : [`${names.length === 1 ? noun : `${noun}s`} ${names.join(', ')}`];
}
function parentsOf({ provider, selection }) {
    const isSweep = selection.kind === 'sweep';
    const resource = isSweep ? selection.criteria.resource : selection.targets[0]?.resource;
    const noun = resource === undefined ? undefined : provider.definition.resources[resource]?.parents?.noun;
    const parents = isSweep ? selection.criteria.parents : selection.targets.flatMap(({ parent }) => parent ?? []);
    return noun === undefined ? [] : nounWith(noun, parents);
}
function sources(lines, joint) {
    return lines.map(({ source }) => source).join(joint);
}

// EXTERNAL MODULE: ./lib/report/status.js
var report_status = __nccwpck_require__(282);
// EXTERNAL MODULE: ./lib/runner/runner.js + 8 modules
var runner = __nccwpck_require__(371);
;// CONCATENATED MODULE: ./lib/sweep/loose-prefix.js
const BEFORE_A_NUMBER = /(?:^|[^a-z])(?:pr|prs|pull|pulls|pull[-_]?request|mr|preview|previews|review|reviews)[-_./#=]?\*/i;
function loosePrefixes({ include, labels }) {
    const lines = [
        ...include.map(({ source }) => ({ source, input: 'name' })),
        ...labels.filter(({ excludes }) => !excludes).map(({ source }) => ({ source, input: 'label' })),
    ];
    return lines.flatMap(({ source, input }) => {
        const bound = "and give the number in 'pull-request', where an empty one is an error";
        const [digits] = /\d{1,12}\*/.exec(source) ?? [];
        if (digits !== undefined) {
            const other = source.replace(digits, () => `${digits.slice(0, -1)}2*`);
            const better = source.replace(digits, () => '{pr}*');
            return `'${source}' in '${input}' has a digit before *, so it also matches ${other} and the like. Where that is the number of a pull request, write ${better} ${bound}`;
        }
        if (!BEFORE_A_NUMBER.test(source))
            return [];
        const better = source.replace(BEFORE_A_NUMBER, (prefix) => `${prefix.slice(0, -1)}{pr}*`);
        return `'${source}' in '${input}' matches what belongs to any pull request, open ones included. Where an expression for the number came out empty, write ${better} ${bound}`;
    });
}

;// CONCATENATED MODULE: ./lib/http/errors.js
class HttpError extends Error {
    name = 'HttpError';
    failure;
    exchange;
    retryAfterMs;
    response;
    constructor(failure, message, exchange, options = {}) {
        super(message, { cause: options.cause });
        this.failure = failure;
        this.exchange = exchange;
        this.retryAfterMs = options.retryAfterMs;
        this.response = options.response;
    }
    get isFinal() {
        return this.failure === 'blocked' || this.failure === 'silent';
    }
}

;// CONCATENATED MODULE: ./lib/http/routes.js

function createRoutes() {
    const heard = new Set();
    let blocked;
    let first;
    const tried = async (host, work) => {
        try {
            const response = await work();
            heard.add(host);
            return response;
        }
        catch (error) {
            if (error instanceof HttpError) {
                if (error.exchange.status !== undefined)
                    heard.add(host);
                if (error.failure === 'blocked')
                    blocked ??= error;
            }
            throw error;
        }
    };
    return {
        async through({ host }, isProxied, work) {
            if (!isProxied)
                return tried(host, work);
            if (first === undefined) {
                const alone = tried(host, work);
                first = alone.catch(() => undefined);
                return alone;
            }
            await first;
            if (blocked !== undefined)
                throw blocked;
            return tried(host, work);
        },
        isSilent: ({ host }) => !heard.has(host),
    };
}

// EXTERNAL MODULE: ./lib/http/deadline.js
var deadline = __nccwpck_require__(422);
;// CONCATENATED MODULE: ./lib/http/exchange.js
function serverTimeOf(headers) {
    const time = Date.parse(headers['date'] ?? '');
    return Number.isNaN(time) ? undefined : time;
}
const REQUEST_ID_HEADERS = [
    'x-request-id',
    'x-correlation-id',
    'x-correlationid',
    'x-vcap-request-id',
    'x-acs-request-id',
    'x-github-request-id',
];
function requestIdOf(headers, body, redact) {
    for (const candidate of [body, member(body, 'error')]) {
        for (const name of ['request_id', 'requestId', 'requestID']) {
            const value = member(candidate, name);
            if (typeof value === 'string' && value !== '')
                return redact(value).slice(0, 100);
        }
    }
    for (const name of REQUEST_ID_HEADERS) {
        const value = headers[name];
        if (value)
            return redact(value).slice(0, 100);
    }
    return undefined;
}
function member(value, name) {
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

;// CONCATENATED MODULE: ./lib/http/network-problem.js
function networkProblem(error, host, proxy) {
    const { codes, proxyStatus } = codesOf(error);
    const known = codes.join(', ');
    const through = proxy === undefined ? host : `${host} through the proxy ${proxy}`;
    if (proxyStatus !== undefined)
        return proxyRefusal(proxyStatus, host, proxy);
    if (CERTIFICATE.test(known)) {
        return {
            message: `the certificate of ${through} is not accepted (${known}): ${certificateRemedy(known)}`,
            isFinal: true,
        };
    }
    if (/NO_APPLICATION_PROTOCOL/.test(known)) {
        return { message: `${through} does not speak HTTP/1.1 (${known}): let it offer that beside HTTP/2`, isFinal: true };
    }
    const remedy = REMEDIES.find(([pattern]) => pattern.test(known))?.[1];
    const message = `the connection to ${through} failed (${known || 'unknown cause'})`;
    return { message: remedy === undefined ? message : `${message}: ${remedy}`, isFinal: false };
}
function proxyRefusal(status, host, proxy = 'of the environment') {
    const remedy = status === 407
        ? 'put the user name and the password that it wants into https_proxy, as http://user:password@host:port'
        : 'let it allow this host, or name the host in no_proxy';
    const isFinal = status === 407 || status === 403;
    return { message: `the proxy ${proxy} answered ${status} for ${host}: ${remedy}`, isFinal };
}
const CERTIFICATE = /SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF|DECODE_ISSUER|DECRYPT_CERT)|CERT_(?!NONE)|ALTNAME_INVALID|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH/;
function certificateRemedy(codes) {
    if (/SELF_SIGNED|UNABLE_TO_/.test(codes)) {
        return 'where it is of an authority of your own, name its PEM file in NODE_EXTRA_CA_CERTS';
    }
    if (/ALTNAME|HOSTNAME/.test(codes))
        return "it is for another host; check 'api-url' and the proxy";
    return /EXPIRED|NOT_YET_VALID/.test(codes)
        ? 'check its dates and the clock of the runner'
        : 'ask whoever runs the host';
}
const REMEDIES = [
    [/ENOTFOUND|EAI_AGAIN/, "no such host was found; check 'api-url' and the DNS of the runner"],
    [/ECONNREFUSED/, 'nothing listens there; check the address'],
    [
        /CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
        'check the address, and whether a firewall is in the way or a proxy is needed (https_proxy)',
    ],
];
function codesOf(error) {
    const codes = [];
    let proxyStatus;
    for (let at = error; at instanceof Error && codes.length < 4; at = at.cause) {
        const [, status] = /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(at.message) ?? [];
        if (status !== undefined)
            proxyStatus ??= Number(status);
        const code = Reflect.get(at, 'code');
        const name = typeof code === 'string' ? code : at.name;
        if (!codes.includes(name))
            codes.push(name);
        if (name === 'EPROTO' && /alert no application protocol/.test(at.message))
            codes.push('NO_APPLICATION_PROTOCOL');
    }
    return { codes, proxyStatus };
}

;// CONCATENATED MODULE: external "node:util"
const external_node_util_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");
;// CONCATENATED MODULE: ./lib/http/retry.js
const FIRST_MS = 500;
const LARGEST_MS = 20_000;
function backoff(attempt, random) {
    const full = Math.min(LARGEST_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1));
    return Math.round(full * (1 - random() / 2));
}
function retryAfterMs(value, now) {
    if (value === undefined)
        return undefined;
    if (/^\d+$/.test(value.trim()))
        return Number(value) * 1000;
    const date = Date.parse(value);
    return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
async function retrying(work, options) {
    const { clock, random, signal, deadline, judge, lastError } = options;
    for (let attempt = 1;; attempt++) {
        try {
            return await work();
        }
        catch (error) {
            const verdict = judge(error, attempt);
            if (!verdict.retry)
                throw lastError(error, attempt);
            const wait = Math.max(verdict.afterMs ?? 0, backoff(attempt, random));
            if (clock.now() + wait >= deadline)
                throw lastError(error, attempt);
            await clock.sleep(wait, signal);
        }
    }
}
function isRetryable(status) {
    return [408, 421, 425, 429, 499].includes(status) || (status >= 500 && status !== 501 && status !== 505);
}

;// CONCATENATED MODULE: ./lib/http/response.js


class BodyError extends Error {
    name = 'BodyError';
}
function whyNotCurrent({ status, headers }) {
    if (status === 203 || /^\s*214\b/.test(headers['warning'] ?? ''))
        return 'a proxy has changed it on the way';
    if (status === 206)
        return 'it is only a part of the answer';
    const age = headers['age'];
    return age !== undefined && Number(age) !== 0 ? `it comes from a cache (Age: ${age.slice(0, 20)})` : undefined;
}
async function readText(body, headers, maxBytes) {
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity')
        throw new BodyError(`the answer is encoded as ${encoding}`);
    const chunks = [];
    let bytes = 0;
    for await (const chunk of body) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes)
            throw new BodyError(`the answer is longer than ${maxBytes} bytes`);
        chunks.push(chunk);
    }
    try {
        return new external_node_util_namespaceObject.TextDecoder('utf-8', { fatal: true }).decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    }
    catch {
        throw new BodyError('the answer is not UTF-8 text');
    }
}
const response_DEEPEST = 100;
function response_parseJson(text) {
    if (isTooDeep(text))
        throw new BodyError('the answer is nested too deeply');
    return JSON.parse(text);
}
function isTooDeep(text) {
    let depth = 0;
    let inString = false;
    for (let at = 0; at < text.length; at++) {
        const mark = text[at];
        if (inString) {
            if (mark === '\\')
                at++;
            else if (mark === '"')
                inString = false;
        }
        else if (mark === '"')
            inString = true;
        else if (mark === '{' || mark === '[')
            depth++;
        else if (mark === '}' || mark === ']')
            depth--;
        if (depth > response_DEEPEST)
            return true;
    }
    return false;
}
function response_parse(wire, text) {
    const isHtml = /\bhtml\b/i.test(wire.headers['content-type'] ?? '');
    if (!/\S/.test(text) && !(isHtml && wire.status === 200))
        return undefined;
    if (isHtml) {
        if (isRetryable(wire.status) || wire.status === 407)
            return undefined;
        throw new BodyError("an HTML page instead of the API's answer");
    }
    try {
        return response_parseJson(text);
    }
    catch (error) {
        if (error instanceof BodyError)
            throw error;
        if (wire.status >= 200 && wire.status < 300)
            throw new BodyError('a body that is not JSON');
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/http/client.js









const MAX_READ_TRIES = 8;
const SILENCE_MS = 2 * 60_000;
const MAX_BODY_BYTES = 1024 * 1024;
const NOT_FROM_A_CACHE = { GET: { 'cache-control': 'no-cache' } };
function createHttp(options) {
    const { clock, random, limiter, signal, deadline, maxTries = MAX_READ_TRIES, routes = createRoutes() } = options;
    const through = (request, work) => routes.through(request.url, options.proxyFor?.(request.url) !== undefined, work);
    const pass = (request) => limiter.pass(() => through(request, () => send(request, options)), signal);
    return {
        write: (request) => limiter.pass(() => through(request, async () => {
            if (options.stop?.aborted || clock.now() > request.notAfter)
                throw unsent(request, clock.now());
            return send(request, options);
        }), signal),
        async read(request) {
            const startedAt = clock.now();
            let cause;
            return retrying(() => pass(request), {
                clock,
                random,
                signal,
                deadline,
                judge(error, attempt) {
                    if (!(error instanceof HttpError) || error.failure === 'stopped' || error.isFinal)
                        return { retry: false };
                    const isSilent = routes.isSilent(request.url) && (error.failure === 'network' || error.failure === 'timeout');
                    if (isSilent ? clock.now() - startedAt >= SILENCE_MS : attempt >= maxTries)
                        return { retry: false };
                    cause = error;
                    return { retry: true, afterMs: error.retryAfterMs };
                },
                lastError: (error, attempts) => error instanceof HttpError
                    ? afterTries(error, attempts, cause, routes.isSilent(request.url) ? clock.now() - startedAt : 0)
                    : error,
            });
        },
    };
}
function unsent({ method, url }, now) {
    const exchange = { at: now, ms: 0, method, path: url.pathname + url.search };
    return new HttpError('unsent', 'not sent: it had to wait, and by then the time for it was over', exchange);
}
async function send(call, options) {
    const { clock, transport, onExchange } = options;
    const exchange = { at: clock.now(), ms: 0, method: call.method, path: call.url.pathname + call.url.search };
    try {
        const limits = { clock, ms: options.requestTimeoutMs, signal: options.signal };
        const { wire, text } = await (0,deadline/* withinDeadline */.iP)(limits, async (signal) => {
            signal.throwIfAborted();
            const wire = await transport({
                method: call.method,
                url: call.url,
                headers: {
                    ...NOT_FROM_A_CACHE[call.method],
                    accept: 'application/json',
                    'user-agent': options.userAgent,
                    ...call.headers,
                },
                ...(call.body === undefined ? {} : { body: call.body }),
                ...(call.identity === undefined ? {} : { identity: call.identity }),
                signal,
            });
            exchange.status = wire.status;
            const stale = call.method === 'GET' ? whyNotCurrent(wire) : undefined;
            if (stale !== undefined)
                throw new BodyError(stale);
            const serverTime = serverTimeOf(wire.headers);
            if (serverTime !== undefined)
                exchange.serverTime = serverTime;
            return { wire, text: await readText(wire.body, wire.headers, call.maxBytes ?? MAX_BODY_BYTES) };
        });
        const response = { status: wire.status, headers: wire.headers, exchange, ...clean(wire, text, call, options) };
        return accept(response, call.url, options);
    }
    catch (error) {
        const failed = error instanceof HttpError ? error : explain(error, call, exchange, options);
        exchange.problem = failed.message;
        throw failed;
    }
    finally {
        exchange.ms = clock.now() - exchange.at;
        onExchange(exchange);
    }
}
function clean(wire, text, { isSecret }, { redact }) {
    if (isSecret && wire.status >= 200 && wire.status < 300)
        return { text, body: response_parse(wire, text) };
    const shown = redact(text);
    const body = response_parse(wire, shown);
    return { text: shown, body: shown.includes('\\') ? (0,redaction/* redacted */.p)(body, redact) : body };
}
function accept(response, url, options) {
    const { status, headers, body, exchange } = response;
    const { rules = {} } = options;
    const requestId = requestIdOf(headers, body, options.redact);
    if (requestId !== undefined)
        exchange.requestId = requestId;
    if (status === 407) {
        throw new HttpError('blocked', proxyRefusal(status, url.host, options.proxyFor?.(url)).message, exchange);
    }
    const isBusy = isRetryable(status) || rules.isRetryable?.(response);
    if (!isBusy || rules.isFinal?.(response))
        return response;
    const afterMs = rules.retryAfterMs?.(body) ?? retryAfterMs(headers['retry-after'], options.clock.now());
    if (status === 429)
        options.limiter.pause(afterMs ?? backoff(1, options.random));
    const message = rules.describe?.(response) ?? `HTTP ${status}`;
    throw new HttpError('busy', message, exchange, { retryAfterMs: afterMs, response });
}
function explain(error, { method, url }, exchange, options) {
    const { host, pathname } = url;
    if (options.signal.aborted)
        return new HttpError('stopped', 'the step ended before an answer came', exchange);
    if (error instanceof deadline/* RequestTimeout */.VG) {
        return new HttpError('timeout', `no answer from ${host} within ${options.requestTimeoutMs / 1000} s`, exchange);
    }
    if (error instanceof BodyError) {
        const status = exchange.status === undefined ? '' : ` answered HTTP ${exchange.status}`;
        return new HttpError('unreadable', `${method} ${host}${pathname}${status}: ${error.message}`, exchange);
    }
    const { message, isFinal } = networkProblem(error, host, options.proxyFor?.(url));
    return new HttpError(isFinal ? 'blocked' : 'network', message, exchange, { cause: error });
}
function afterTries(error, tries, cause, silentMs) {
    const { failure, exchange, retryAfterMs, response } = error;
    const rest = { retryAfterMs, response, cause: error };
    if (failure === 'stopped' && cause !== undefined) {
        return new HttpError(failure, `${error.message}; before that, ${cause.message}`, exchange, rest);
    }
    if (silentMs >= SILENCE_MS && (failure === 'network' || failure === 'timeout')) {
        return new HttpError('silent', `${error.message}; it has not answered once in ${(0,format/* span */.Ln)(silentMs)}`, exchange, rest);
    }
    return tries === 1 ? error : new HttpError(failure, `${error.message}, ${tries} times`, exchange, rest);
}

;// CONCATENATED MODULE: ./lib/http/limiter.js
const LONGEST_SLEEP_MS = 2 ** 31 - 1;
function createLimiter(clock, concurrency) {
    let underWay = 0;
    let closedUntil = 0;
    const queue = [];
    const enter = async () => {
        if (underWay < concurrency)
            underWay++;
        else
            await new Promise((resolve) => queue.push(resolve));
    };
    const leave = () => {
        const next = queue.shift();
        if (next)
            next();
        else
            underWay--;
    };
    return {
        async pass(work, signal) {
            await enter();
            try {
                while (closedUntil > clock.now() && !signal.aborted) {
                    await clock.sleep(Math.min(closedUntil - clock.now(), LONGEST_SLEEP_MS), signal);
                }
                return await work();
            }
            finally {
                leave();
            }
        },
        pause(ms) {
            closedUntil = Math.max(closedUntil, clock.now() + ms);
        },
    };
}

;// CONCATENATED MODULE: ./lib/run/http.js





function openHttp(runtime, limits, profile, onExchange) {
    const { clock, random, transport, runner, secrets } = runtime;
    const { requestTimeoutMs, concurrency, maxTries, until, ...rules } = profile;
    return createHttp({
        transport,
        clock,
        random,
        limiter: createLimiter(clock, concurrency),
        userAgent: `undeploy/${VERSION}`,
        requestTimeoutMs,
        ...(maxTries === undefined ? {} : { maxTries }),
        redact: secrets.redact,
        onExchange(exchange) {
            runner.debug(debugLine(exchange));
            onExchange?.(exchange);
        },
        rules,
        proxyFor: (url) => (0,proxies/* proxyFor */.iJ)(runtime.env, url),
        ...limits,
        signal: until === undefined ? limits.signal : AbortSignal.any([limits.signal, until]),
    });
}
function debugLine({ method, path, status, ms, requestId, problem }) {
    const outcome = [status, problem].filter((part) => part !== undefined).join(' ');
    const id = requestId === undefined ? '' : ` (request ${requestId})`;
    return `${method} ${path}: ${outcome} in ${(0,format/* span */.Ln)(ms)}${id}`;
}

;// CONCATENATED MODULE: ./lib/run/connect.js


function connectProvider(runtime, configured, limits, onExchange) {
    const { deadline, stop, cutOff: signal } = limits;
    const routes = createRoutes();
    return configured.create({
        clock: runtime.clock,
        onSecret: runtime.secrets.add,
        openHttp: (profile) => openHttp(runtime, { deadline, stop, signal, routes }, profile, onExchange),
    });
}

// EXTERNAL MODULE: ./lib/lib/clock.js
var lib_clock = __nccwpck_require__(953);
;// CONCATENATED MODULE: ./lib/run/deadline.js

const GRACE_MS = 2000;
function createLimits(clock, cancelled, deadline) {
    const over = (0,lib_clock/* timeoutSignal */._)(clock, deadline - clock.now());
    const cutOff = new AbortController();
    let grace;
    over.signal.addEventListener('abort', () => cutOff.abort());
    const onCancel = () => {
        grace = (0,lib_clock/* timeoutSignal */._)(clock, GRACE_MS);
        grace.signal.addEventListener('abort', () => cutOff.abort());
    };
    if (cancelled.aborted)
        onCancel();
    cancelled.addEventListener('abort', onCancel, { once: true });
    return {
        deadline,
        stop: AbortSignal.any([over.signal, cancelled]),
        cutOff: cutOff.signal,
        reason: () => (cancelled.aborted ? 'cancelled' : 'timed-out'),
        done() {
            cancelled.removeEventListener('abort', onCancel);
            over.cancel();
            grace?.cancel();
            cutOff.abort();
        },
    };
}

;// CONCATENATED MODULE: ./lib/providers/observation.js
function statusText({ status, detail }) {
    if (detail === undefined)
        return status;
    return status === '' ? detail : `${status} (${detail})`;
}

;// CONCATENATED MODULE: ./lib/report/event-text.js


function stepsOf(history) {
    return history.map((event) => ({
        at: event.at,
        ms: event.until - event.at,
        text: eventText(event),
        ...exchangeFields(event.type === 'requested' ? event.actionResult.exchange : event.exchange),
    }));
}
function eventText(event) {
    switch (event.type) {
        case 'observed':
            return `${foundText(event)}${checks(event.times)}`;
        case 'not-found':
            return `not found${checks(event.times)}`;
        case 'read-failed':
            return `could not be read: ${event.problem}${checks(event.times)}`;
        case 'requested':
            return `${event.action.verb} ${actionResultText(event.actionResult)}`;
    }
}
function label(target, name) {
    const { resource, id } = target;
    const called = name === undefined || name === id || name.trim() === '' ? '' : ` (${name})`;
    const above = aboveOf(target);
    return `${(0,providers_target/* nounOf */.a2)(resource)} ${id}${above === undefined ? '' : ` ${above.words} ${above.id}`}${called}`;
}
function aboveOf({ resource, parent, group }) {
    if (parent !== undefined)
        return { words: resource === 'chain-deployment' ? 'of chain' : 'of model', id: parent };
    return typeof group === 'string' ? { words: 'in resource group', id: group } : undefined;
}
function actionResultText(actionResult) {
    switch (actionResult.result) {
        case 'accepted':
            return 'accepted';
        case 'not-found':
            return 'did not find it';
        case 'refused':
            return `refused: ${actionResult.problem}`;
        case 'unknown':
            return `had no clear answer: ${actionResult.problem}`;
        case 'failed':
            return `failed: ${actionResult.problem}`;
    }
}
function foundText(event) {
    const text = statusText(event);
    if (event.status !== '')
        return `is ${text}`;
    return text === '' ? 'found' : `found: ${text}`;
}
function checks(times) {
    return times === 1 ? '' : ` (${times} checks)`;
}
function exchangeFields(exchange) {
    if (exchange === undefined)
        return {};
    const { method, path, status, requestId } = exchange;
    return {
        method,
        path,
        ...(status === undefined ? {} : { httpStatus: status }),
        ...(requestId === undefined ? {} : { requestId }),
    };
}

;// CONCATENATED MODULE: ./lib/report/progress.js




const HEARTBEAT_MS = 20_000;
function createProgress(runner, clock) {
    const startedAt = clock.now();
    const lastSaid = new Map();
    const lastSeen = new Map();
    let ended = 0;
    let spokeAt = startedAt;
    const say = ({ target, name }, text) => {
        const key = (0,providers_target/* targetKey */.hD)(target);
        if (lastSaid.get(key) === text)
            return;
        lastSaid.set(key, text);
        spokeAt = clock.now();
        runner.info(`[${(0,format/* span */.Ln)(spokeAt - startedAt)}] ${label(target, name)}: ${text}`);
    };
    return {
        happened(named, event) {
            if (event.type === 'observed' && event.status !== '')
                lastSeen.set((0,providers_target/* targetKey */.hD)(named.target), event.status);
            if (event.type === 'requested')
                say(named, eventText(event));
            if (event.type === 'read-failed')
                say(named, eventText({ ...event, times: 1 }));
        },
        decided(named, step) {
            if (step.type !== 'end')
                say(named, `${step.reason} → ${stepText(step)}`);
        },
        ended({ target, name, outcome, reason, startedAt: since, endedAt }) {
            ended++;
            lastSeen.delete((0,providers_target/* targetKey */.hD)(target));
            const why = (0,report_status/* isFailure */.N6)(outcome) ? '' : `: ${reason}`;
            say({ target, name }, `${outcome} after ${(0,format/* span */.Ln)(endedAt - since)}${why}`);
        },
        waiting(left) {
            const now = clock.now();
            if (now - spokeAt < HEARTBEAT_MS)
                return;
            spokeAt = now;
            const of = ended === 0 ? (0,format/* plural */.LS)(left, 'target') : `${left} of ${(0,format/* plural */.LS)(left + ended, 'target')}`;
            runner.info(`[${(0,format/* span */.Ln)(now - startedAt)}] still waiting for ${of}${tally([...lastSeen.values()])}`);
        },
    };
}
function stepText(step) {
    if (step.type === 'act')
        return step.action.verb;
    if (step.until === 'empty')
        return 'delete what is in it first';
    return step.until === 'confirmed' ? 'check again' : `wait until it is ${step.until}`;
}
function tally(statuses) {
    const counts = [...Map.groupBy(statuses, (status) => status)].map(([status, { length }]) => `${length} ${status}`);
    return counts.length === 0 ? '' : `: ${counts.join(', ')}`;
}

// EXTERNAL MODULE: ./lib/lib/markdown.js
var markdown = __nccwpck_require__(890);
;// CONCATENATED MODULE: ./lib/report/bounded-text.js
function createBoundedText(maxBytes) {
    const parts = [];
    let room = maxBytes;
    let cut = false;
    const fits = (part) => {
        const size = Buffer.byteLength(part, 'utf8');
        if (cut || size > room)
            cut = true;
        else
            room -= size;
        return !cut;
    };
    return {
        add(part) {
            if (fits(part))
                parts.push(part);
        },
        addTable(open, rows, close) {
            if (!fits(open + close))
                return;
            parts.push(open);
            for (const row of rows)
                if (fits(row))
                    parts.push(row);
            parts.push(close);
        },
        text: () => parts.join(''),
        isCut: () => cut,
    };
}

// EXTERNAL MODULE: ./lib/report/cost.js
var report_cost = __nccwpck_require__(489);
;// CONCATENATED MODULE: ./lib/report/plan.js




const CLASSES = [
    ['selected', 'Selected'],
    ['protected', 'Kept: protected'],
    ['unknown', 'Kept: cannot be checked'],
    ['pull-request', 'Kept: its pull request is not known to be closed'],
    ['latest', 'Kept: among the latest'],
    ['young', 'Kept: too young'],
    ['in-use', 'Kept: in use'],
    ['status', 'Kept: another status'],
];
function grouped({ candidates }) {
    const matched = candidates.filter((candidate) => candidate.class !== 'not-matched');
    const byClass = Map.groupBy(matched, (candidate) => candidate.class);
    return CLASSES.flatMap(([name, title]) => {
        const found = byClass.get(name);
        return found === undefined ? [] : [{ title, class: name, candidates: (0,report_cost/* byCost */.Lb)(found) }];
    });
}
function planSentence({ candidates }) {
    const count = (test) => candidates.filter(test).length;
    const selected = count((candidate) => candidate.class === 'selected');
    const others = count((candidate) => candidate.class === 'not-matched');
    const kept = candidates.length - selected - others;
    const parts = [
        `${selected} to delete`,
        kept === 0 ? '' : `${kept} matched but kept`,
        others === 0 ? '' : `${others} not matched`,
    ];
    return `${candidates.length} found: ${parts.filter((part) => part !== '').join(', ')}`;
}
function printPlan(plan, runner) {
    runner.info(`Plan: ${planSentence(plan)}`);
    const costs = (0,report_cost/* planCost */.b0)(plan);
    if (costs !== '')
        runner.info(costs);
    for (const { title, candidates } of grouped(plan)) {
        runner.startGroup(`${title} (${candidates.length})`);
        for (const candidate of candidates)
            runner.info(`${candidateText(candidate)}: ${candidate.reason}`);
        runner.endGroup();
    }
    tellUnmatched(plan, runner);
}
const MAX_TOLD = 5;
function tellUnmatched({ unmatched, unmatchedGroups = [], unmatchedLabels = [], candidates }, runner) {
    const found = (0,format/* plural */.LS)(candidates.length, (0,providers_target/* nounOf */.a2)(candidates[0]?.listed.target.resource ?? 'deployment'));
    const among = `matches none of the ${(0,format/* plural */.LS)(candidates.length, 'name')} found`;
    const texts = { include: '', exclude: ', so it keeps nothing', protect: ', so it protects nothing' };
    const tell = (role, say) => {
        const lines = unmatched.filter((each) => each.role === role);
        for (const { line, guess } of lines.slice(0, MAX_TOLD)) {
            const where = role === 'protect' ? `'${line}' in 'protect'` : `'${role === 'exclude' ? '!' : ''}${line}' in 'name'`;
            const misspelt = role === 'include' ? '' : '; is it misspelt?';
            say(`${where} ${among}${texts[role]}${guess === undefined ? misspelt : `; ${guess}`}`);
        }
        if (lines.length > MAX_TOLD)
            say(`and ${(0,format/* plural */.LS)(lines.length - MAX_TOLD, 'more line')} of this kind`);
    };
    tell('protect', runner.warning);
    tell('exclude', runner.warning);
    tell('include', runner.notice);
    for (const line of unmatchedGroups.slice(0, MAX_TOLD)) {
        runner.notice(`'${line}' in 'resource-group' matches no resource group with a deployment in it`);
    }
    for (const { line, excludes, key } of unmatchedLabels.slice(0, MAX_TOLD)) {
        if (excludes) {
            runner.warning(`'${line}' in 'label': none of the ${found} found has a label '${key}', so it keeps nothing; is it misspelt?`);
        }
        else
            runner.notice(`'${line}' in 'label' matches none of the ${found} found`);
    }
}
function doubtText({ line, input, isUnmatched, how, name }) {
    const found = !isUnmatched
        ? 'matches something else, but read'
        : input === 'label'
            ? 'matches none of the labels found, but read'
            : 'matches none of the names found, but read';
    const advice = isUnmatched
        ? 'Write the line so that it matches what it is to keep, or remove it'
        : 'Add a line that keeps it, or select less';
    return `'${line}' in '${input}' ${found} ${how} it would keep ${name}, which is selected: nothing was deleted. ${advice}`;
}
function candidateText({ listed: { target, snapshot }, ageMs, cost }) {
    const status = snapshot.status === '' ? '' : `, ${snapshot.status}`;
    return `${label(target, snapshot.name)}${status}, ${age(ageMs)}${(0,report_cost/* costPhrase */.rT)(cost)}`;
}
function age(ms) {
    return ms === undefined ? 'of unknown age' : `${(0,format/* period */.iE)(ms)} old`;
}
function keptResults(plan, now) {
    return plan.candidates
        .filter((candidate) => candidate.class !== 'selected' && candidate.class !== 'not-matched')
        .map(({ listed: { target, snapshot }, reason }) => keptResult(target, snapshot, reason, now));
}
function stoppedResults(plan, reason, now) {
    return plan.candidates
        .filter((candidate) => candidate.class === 'selected')
        .map(({ listed: { target, snapshot } }) => keptResult(target, snapshot, `it was selected, but ${reason}`, now));
}
function keptResult(target, snapshot, reason, now) {
    return {
        target,
        outcome: 'kept',
        reason,
        ...(snapshot.status === '' ? {} : { lastStatus: snapshot.status }),
        history: [],
        startedAt: now,
        endedAt: now,
        ...(snapshot.name === undefined ? {} : { name: snapshot.name }),
    };
}

;// CONCATENATED MODULE: ./lib/report/table.js




const OUTCOMES = [
    { outcome: 'failed', sign: '❌' },
    { outcome: 'refused', sign: '⛔' },
    { outcome: 'timed-out', sign: '⏱️' },
    { outcome: 'cancelled', sign: '🚫' },
    { outcome: 'planned', sign: '📝' },
    { outcome: 'accepted', sign: '☑️' },
    { outcome: 'deleted', sign: '✅' },
    { outcome: 'already-gone', sign: '⚪' },
    { outcome: 'kept', sign: '🔒' },
];
const LONGEST_NAME = 100;
const LONGEST_SENTENCE = 600;
function worstFirst(results) {
    return OUTCOMES.flatMap(({ outcome }) => results.filter((result) => result.outcome === outcome));
}
function signOf(outcome) {
    return OUTCOMES.find((each) => each.outcome === outcome)?.sign ?? '';
}
function targetCell(target) {
    const above = aboveOf(target);
    const under = above === undefined ? '' : ` ${above.words}&nbsp;${idCell(above.id)}`;
    return `${unbroken((0,providers_target/* nounOf */.a2)(target.resource))}&nbsp;${idCell(target.id)}${under}`;
}
function nameCell(name) {
    return (0,markdown/* markdown */.wD)(shortened(name, LONGEST_NAME));
}
function sentenceCell(text) {
    return (0,markdown/* markdown */.wD)(shortened(text, LONGEST_SENTENCE));
}
function idCell(id) {
    return (0,markdown/* code */.aY)(shortened(id, LONGEST_NAME));
}
function timeCell(ms) {
    return ms === 0 ? '' : unbroken((0,format/* span */.Ln)(ms));
}
function nameBeside({ target, name }) {
    return name === target.id || name?.trim() === '' ? undefined : name;
}
function resultRow(result) {
    const { target, outcome, startedAt, endedAt } = result;
    const name = nameBeside(result);
    const called = name === undefined ? '' : `<b>${nameCell(name)}</b><br>`;
    const time = outcome === 'kept' ? '' : timeCell(endedAt - startedAt);
    const word = `${signOf(outcome)}&nbsp;${unbroken(outcome)}`;
    return `| ${word} | ${called}${targetCell(target)} | ${time} | ${whatHappened(result)} |\n`;
}
const RESULT_HEAD = '| outcome | target | time | what happened |\n| --- | --- | ---: | --- |\n';
function whatHappened({ history, plan, reason, lastStatus, outcome }) {
    const verbs = [...new Set(history.flatMap((event) => (event.type === 'requested' ? [event.action.verb] : [])))];
    const done = verbs.length === 0 ? '' : `${verbs.join(' → ')}: `;
    const would = plan === undefined ? '' : `: would ${plan.join(', ')}`;
    const isTold = lastStatus === undefined || outcome === 'deleted' || reason.includes(lastStatus.replace(/ \(.*/s, ''));
    const status = isTold ? '' : ` (${nameCell(lastStatus)})`;
    return `${done}${sentenceCell(reason)}${status}${sentenceCell(would)}`;
}
function unbroken(text) {
    return text.replaceAll(' ', '&nbsp;').replaceAll('-', '&#8209;');
}
function shortened(text, longest) {
    if (text.length <= longest)
        return text;
    const start = text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');
    const words = start.replace(/\s\S*$/, '');
    return `${words.length > longest / 2 ? words : start}…`;
}

;// CONCATENATED MODULE: ./lib/report/timeline.js


const MAX_TARGETS = 20;
const LONGEST_CHART = 40_000;
const SHORTEST_MS = 1000;
const LONGEST_LABEL = 32;
const CHARACTER_WIDTH = 6;
const PADDING = 40;
const BARS_WIDTH = 500;
function timelineOf(results) {
    const acted = worstFirst(results).filter(({ history }) => history.some(({ type }) => type === 'requested'));
    for (let most = MAX_TARGETS; most > 1; most--) {
        const chart = chartOf(acted.slice(0, most), acted.length);
        if (chart.length <= LONGEST_CHART)
            return chart;
    }
    return '';
}
function chartOf(shown, count) {
    const start = Math.min(...shown.map(({ startedAt }) => startedAt));
    const total = Math.max(...shown.map(({ endedAt }) => endedAt)) - start;
    if (shown.length < 2 || total < SHORTEST_MS)
        return '';
    const labels = timeline_labelsOf(shown);
    const more = count > shown.length ? ` (${shown.length} of ${count} targets)` : '';
    const head = [
        directive(Math.max(...labels.map(({ length }) => length))),
        'gantt',
        `  title What was done when${more}`,
        '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
        `  axisFormat ${total < 5000 ? '%S.%L' : total < 3_600_000 ? '%M:%S' : '%H:%M:%S'}`,
    ];
    const sections = shown.flatMap((result, index) => [
        `  section ${labels[index]}`,
        ...barsOf(result).map(({ text, tag, from, to }, at, bars) => {
            const fits = ((to - from) / total) * BARS_WIDTH > text.length * CHARACTER_WIDTH;
            const shownText = fits || at === bars.length - 1 ? text : '·';
            return `  ${shownText} :${tag}${clockTime(from - start)}, ${Math.max(to - from, 1)}ms`;
        }),
    ]);
    return ['```mermaid', ...head, ...sections, '```', ''].join('\n');
}
function directive(longestLabel) {
    const gantt = {
        displayMode: 'compact',
        leftPadding: longestLabel * CHARACTER_WIDTH + PADDING,
        numberSectionStyles: 2,
    };
    return `%%{init: ${JSON.stringify({ gantt })}}%%`;
}
function barsOf({ history, outcome, endedAt }) {
    const acts = history.filter((event) => event.type === 'requested');
    const firsts = acts.filter(({ action }, index) => action.verb !== acts[index - 1]?.action.verb);
    return firsts.map((first, index) => {
        const next = firsts[index + 1];
        const attempts = acts.slice(acts.indexOf(first), next === undefined ? acts.length : acts.indexOf(next));
        const { action, actionResult } = attempts.at(-1) ?? first;
        const tag = next === undefined && (0,report_status/* isFailure */.N6)(outcome) ? 'crit, ' : action.final ? '' : 'active, ';
        const text = actionResult.result === 'accepted' ? action.verb : `${action.verb} (${actionResult.result})`;
        return { text, tag, from: first.at, to: next?.at ?? endedAt };
    });
}
function clockTime(ms) {
    return new Date(Date.UTC(2000, 0, 1) + ms).toISOString().replace('T', ' ').replace('Z', '');
}
function timeline_labelsOf(results) {
    const seen = new Map();
    return results.map((result) => {
        const text = nameBeside(result) ?? result.target.id;
        const characters = [...(text.replace(/[^\p{L}\p{N} _.-]/gu, '_').trim() || '_')];
        const isLong = characters.length > LONGEST_LABEL;
        const label = `${signOf(result.outcome)} ${isLong ? `${characters.slice(0, LONGEST_LABEL).join('')}…` : characters.join('')}`;
        const times = (seen.get(label) ?? 0) + 1;
        seen.set(label, times);
        return times === 1 ? label : `${label} (${times})`;
    });
}

;// CONCATENATED MODULE: ./lib/report/summary.js









const MAX_BYTES = 1_000_000;
const MAX_OPEN = 20;
const MAX_OPEN_FAILURES = 50;
const MAX_STEPS = 100;
function summaryOf(report, reportPath, maxBytes = MAX_BYTES) {
    const whole = reportPath === '' ? '' : ` Everything is in ${(0,markdown/* code */.aY)(reportPath)}.`;
    const note = `\n> [!NOTE]\n> Cut here, because GitHub does not show longer summaries.${whole}\n`;
    const summary = createBoundedText(Math.max(0, maxBytes - Buffer.byteLength(note)));
    summary.add(head(report));
    const plansOnly = report.plan !== undefined && (0,report_status/* isNotBegun */.zy)(report);
    if (!plansOnly)
        addResults(summary, report.results);
    const timeline = timelineOf(report.results);
    if (timeline !== '')
        summary.add(`\n${timeline}`);
    if (report.plan !== undefined) {
        const isOpen = report.dryRun || plansOnly;
        addPlan(summary, report.plan, { isOpen, costs: (0,report_cost/* savings */.s1)(report) === '' ? (0,report_cost/* planCost */.b0)(report.plan) : '' });
    }
    addSteps(summary, report.results, reportPath);
    if (!summary.isCut())
        return summary.text();
    return Buffer.byteLength(note) > maxBytes ? '' : summary.text() + note;
}
function head(report) {
    const { provider, dryRun, deferred, startedAt, endedAt, quota = [] } = report;
    const details = [
        ...report.scope.map((part) => (0,markdown/* markdown */.wD)(part)),
        dryRun && !(0,report_status/* isNotBegun */.zy)(report) ? 'nothing was changed' : '',
        deferred !== undefined || provider === undefined ? '' : (0,format/* span */.Ln)(endedAt - startedAt),
    ].filter((fact) => fact !== '');
    const line = details.length === 0 ? '' : `\n${details.join(' · ')}\n`;
    const saved = (0,report_cost/* savings */.s1)(report);
    const money = saved === '' ? '' : `\n${(0,markdown/* markdown */.wD)(saved)}\n`;
    const used = quota.length === 0 ? '' : `\n${(0,markdown/* markdown */.wD)(quotaText(quota))}\n`;
    return `## ${verdictSign(report)} Undeploy: ${verdict(report)}\n${line}${money}${used}${summary_alert(report)}`;
}
function quotaText(quota) {
    return `Quota in use: ${quota.join('; ')}`;
}
function summary_alert(report) {
    const { problems, results } = report;
    const items = problems.map((problem) => `> - ${(0,markdown/* markdown */.wD)(problem)}\n`).join('');
    const caution = items === '' ? '' : `\n> [!CAUTION]\n${items}`;
    return (0,report_status/* isNotBegun */.zy)(report) ? caution : caution + warning(results);
}
function warning(results) {
    const targets = results.filter(({ outcome }) => outcome !== 'kept');
    const open = targets.filter(({ outcome }) => (0,report_status/* isFailure */.N6)(outcome) || outcome === 'cancelled');
    if (open.length === (0,report_status/* count */.U9)(open, 'refused'))
        return '';
    const again = 'Run the step again; it continues where this run stopped';
    const advice = (0,report_status/* count */.U9)(open, 'timed-out') > 0
        ? `${again}. If it times out again, raise 'timeout'.`
        : (0,report_status/* count */.U9)(open, 'cancelled') > 0
            ? `${again}.`
            : 'What to do is in the table.';
    const which = targets.length === 1
        ? 'The target'
        : `${open.length} of ${targets.length} targets ${open.length === 1 ? 'is' : 'are'}`;
    const verb = targets.length === 1 ? ' is' : '';
    return `\n> [!WARNING]\n> <b>${which}${verb} not confirmed gone</b> and may still be running and billed. ${advice}\n`;
}
function verdict(report) {
    const { results, problems, deferred, dryRun, headline } = report;
    if ((0,report_status/* isNotBegun */.zy)(report))
        return headline === undefined ? 'nothing was deleted' : `nothing was deleted because ${headline}`;
    if (deferred)
        return 'deferred to the end of the job';
    if (dryRun)
        return dryRunVerdict(results, problems);
    const counts = Map.groupBy(worstFirst(results), ({ outcome }) => outcome);
    const parts = [...counts].map(([outcome, group]) => `${group.length} ${outcome}`);
    const reached = parts.length === 0 ? 'nothing to delete' : parts.join(', ');
    return problems.length === 0 ? reached : `${reached}; ${(0,format/* plural */.LS)(problems.length, 'problem')}`;
}
function dryRunVerdict(results, problems) {
    const planned = (0,report_status/* count */.U9)(results, 'planned');
    const counts = Map.groupBy(worstFirst(results).filter(({ outcome }) => outcome !== 'planned'), ({ outcome }) => outcome);
    const others = [...counts].map(([outcome, group]) => `${group.length} ${outcome}`);
    if (problems.length > 0)
        others.push((0,format/* plural */.LS)(problems.length, 'problem'));
    return `dry run: ${[`${planned} would be deleted`, ...others].join(', ')}`;
}
function verdictSign(report) {
    const status = (0,report_status/* stepStatus */.FY)(report);
    return signOf(status === 'nothing-to-delete' ? 'already-gone' : status);
}
function addResults(summary, results) {
    const sorted = worstFirst(results);
    if (sorted.length === 0)
        return;
    if (sorted.length <= MAX_OPEN) {
        summary.addTable(`\n${RESULT_HEAD}`, sorted.map(resultRow), '');
        return;
    }
    const failures = sorted.filter(({ outcome }) => (0,report_status/* isFailure */.N6)(outcome));
    const open = failures.slice(0, MAX_OPEN_FAILURES);
    if (open.length > 0)
        summary.addTable(`\n${RESULT_HEAD}`, open.map(resultRow), '');
    const rest = sorted.filter((result) => !open.includes(result));
    for (const [outcome, group] of Map.groupBy(rest, (result) => result.outcome)) {
        const more = open.some((result) => result.outcome === outcome) ? 'more ' : '';
        const title = `${signOf(outcome)} ${outcome}: ${(0,format/* plural */.LS)(group.length, `${more}target`)}`;
        summary.addTable(`\n${fold(title)}${RESULT_HEAD}`, group.map(resultRow), FOLD_END);
    }
}
function addPlan(summary, plan, { isOpen, costs }) {
    summary.add(`\n### The plan\n\n${planSentence(plan)}\n${costs === '' ? '' : `\n${(0,markdown/* markdown */.wD)(costs)}\n`}`);
    const { candidates } = plan;
    const hasCosts = candidates.some(({ cost }) => cost?.perHour !== undefined);
    const hasSpent = candidates.some(({ cost }) => cost?.spent !== undefined);
    const more = (text, isThere) => (isThere ? ` ${text} |` : '');
    const names = `| name | target | status | age |${more('an hour', hasCosts)}${more('last 31 days', hasSpent)} why |\n`;
    const head = `${names}| --- | --- | --- | ---: |${more('---:', hasCosts)}${more('---:', hasSpent)} --- |\n`;
    for (const { title, class: name, candidates } of grouped(plan)) {
        const rows = candidates.map(({ listed: { target, snapshot }, reason, ageMs, cost }) => {
            const cells = [
                nameCell(snapshot.name ?? ''),
                targetCell(target),
                nameCell(snapshot.status),
                age(ageMs).replaceAll(' ', '&nbsp;'),
                ...(hasCosts ? [(0,markdown/* markdown */.wD)((0,report_cost/* costCell */.ch)(cost))] : []),
                ...(hasSpent ? [(0,markdown/* markdown */.wD)((0,report_cost/* spentText */.u8)(cost)).replaceAll(' ', '&nbsp;')] : []),
                sentenceCell(reason),
            ];
            return `| ${cells.join(' | ')} |\n`;
        });
        const heading = `${(0,markdown/* markdown */.wD)(title)} (${candidates.length})`;
        if (isOpen && name === 'selected')
            summary.addTable(`\n#### ${heading}\n\n${head}`, rows, '');
        else
            summary.addTable(`\n${fold(heading)}${head}`, rows, FOLD_END);
    }
}
function addSteps(summary, results, reportPath) {
    const all = worstFirst(results).filter(hasSteps);
    if (all.length === 0)
        return;
    const shown = all.slice(0, MAX_STEPS);
    const folds = shown.map(stepsFold);
    if (all.length <= MAX_OPEN) {
        summary.addTable('\n### The steps\n', folds, '');
        return;
    }
    const rest = all.length - shown.length;
    const note = rest === 0 || reportPath === '' ? '' : `\nThose of ${(0,format/* plural */.LS)(rest, 'more target')} are in ${(0,markdown/* code */.aY)(reportPath)}.\n`;
    summary.addTable(`\n### The steps\n\n${fold(`Of ${shown.length} of ${(0,format/* plural */.LS)(all.length, 'target')}`)}`, folds, `${note}${FOLD_END}`);
}
function hasSteps({ history, outcome }) {
    return history.some(({ type }) => type === 'requested') || (history.length > 0 && (0,report_status/* isFailure */.N6)(outcome));
}
function stepsFold(result) {
    const steps = stepsOf(result.history);
    const rows = steps.map(({ at, ms, text, method, httpStatus, requestId }) => {
        const http = httpStatus === undefined ? '' : `${method}&nbsp;${httpStatus}`;
        const id = requestId === undefined ? '' : idCell(requestId);
        return `| +${timeCell(at - result.startedAt) || '0'} | ${timeCell(ms)} | ${sentenceCell(text)} | ${http} | ${id} |\n`;
    });
    const name = nameBeside(result);
    const called = name === undefined ? '' : `<b>${nameCell(name)}</b>, `;
    const title = `${signOf(result.outcome)} ${called}${targetCell(result.target)}`;
    return `\n${fold(title)}| at | took | what | HTTP | request ID |\n| ---: | ---: | --- | --- | --- |\n${rows.join('')}${FOLD_END}`;
}
function fold(title) {
    return `<details><summary>${title}</summary>\n\n`;
}
const FOLD_END = '\n</details>\n';

;// CONCATENATED MODULE: ./lib/sweep/guard-readings.js


function readingsOf(line) {
    const parts = line.split(/[\s;]+/).filter((part) => part !== '');
    const glob = line.replaceAll('.*', '*');
    return [
        ...(glob === line
            ? []
            : [
                { how: "as a regular expression ('.*' is '*' here)", holds: matcher(glob) },
                { how: "as a regular expression ('.*' is '*' here, '.' is '?')", holds: matcher(glob.replaceAll('.', '?')) },
            ]),
        { how: 'in another letter case', holds: matcher(line, (text) => text.toLowerCase()) },
        { how: 'with another separator', holds: matcher(line, oneSeparator) },
        {
            how: 'in another letter case and with another separator',
            holds: matcher(line, (it) => oneSeparator(it.toLowerCase())),
        },
        ...(parts.length > 1
            ? [{ how: 'as several patterns on one line', holds: (name) => parts.some((part) => matcher(part)(name)) }]
            : []),
    ];
}
function slipsOf(line) {
    if (/[*?]/.test(line))
        return [];
    const [isNumberFirst, isNumberLast] = [/^\d/.test(line), /\d$/.test(line)];
    return [
        {
            how: 'as the beginning of a name',
            holds: (name) => name.startsWith(line) && !(isNumberLast && /^\d/.test(name.slice(line.length))),
        },
        {
            how: 'as the end of a name',
            holds: (name) => name.endsWith(line) && !(isNumberFirst && /\d$/.test(name.slice(0, -line.length))),
        },
        {
            how: 'with a slip of the keyboard',
            holds: (name) => line.replace(/\D+/g, ' ') === name.replace(/\D+/g, ' ') && apart(line, name) !== undefined,
        },
    ];
}
const LONGEST_COMPARED = 100;
function apart(line, name) {
    if (line.length > LONGEST_COMPARED || name.length > LONGEST_COMPARED)
        return undefined;
    const count = distance(name.toLowerCase(), line.toLowerCase());
    return count <= Math.min(2, Math.floor(line.length / 3)) ? count : undefined;
}
function nearestName(line, names) {
    const near = names.flatMap((name) => {
        const count = apart(line, name);
        return count === undefined ? [] : { name, count };
    });
    return near.sort((a, b) => a.count - b.count)[0]?.name;
}
function doubtAbout(line, names, isUnmatched = false) {
    for (const { how, holds } of isUnmatched ? [...readingsOf(line), ...slipsOf(line)] : readingsOf(line)) {
        const name = names.find(holds);
        if (name !== undefined)
            return { how, name };
    }
    return undefined;
}
function matcher(line, change = (text) => text) {
    const pattern = parsePattern(change(line));
    return (name) => matchPattern(pattern, change(name)).matches;
}
function oneSeparator(text) {
    return text.replace(/[-_./\s]/g, '-');
}

;// CONCATENATED MODULE: ./lib/sweep/criteria.js




function isNamed(name, { include }) {
    const says = ({ tokens }) => tokens.some(({ kind }) => kind === 'character' || kind === 'digits');
    return name !== undefined && include.some((pattern) => says(pattern) && matchPattern(pattern, name).matches);
}
function scopeOf({ resource, parents, groups }) {
    const patterns = groups.filter((pattern) => !isLiteral(pattern));
    const choice = {
        ids: groups.filter(isLiteral).map(({ source }) => source),
        matches: patterns.length === 0 ? undefined : (id) => patterns.some((pattern) => matchPattern(pattern, id).matches),
    };
    return { resource, parents, groups: choice };
}
const criteria_LONGEST_NAME = 1000;
function unreadableName(name) {
    if (name.length > criteria_LONGEST_NAME)
        return `its name is ${name.length} characters long, so it cannot be checked`;
    return name.includes(redaction/* MASK */.v) ? 'its name holds a secret, so it cannot be checked' : undefined;
}
function matchCriteria({ name, labels }, criteria, group) {
    const byName = numbersInName(name, criteria);
    if ('kind' in byName)
        return byName;
    const byLabel = criteria.labels.length === 0 ? NO_LABELS : matchLabels(labels, criteria.labels);
    if (byLabel.kind !== 'matches')
        return byLabel;
    const found = { name: byName.numbers, labels: byLabel.numbers, 'resource group': numbersInGroup(group, criteria) };
    return withPullRequests(found, byLabel.by, criteria);
}
const NO_LABELS = { kind: 'matches', numbers: [], by: [] };
function numbersInGroup(group, { groups }) {
    if (typeof group !== 'string')
        return [];
    const matches = groups.map((pattern) => matchPattern(pattern, group)).filter(({ matches }) => matches);
    return matches.some(({ numbers }) => numbers.length === 0) ? [] : matches.flatMap(({ numbers }) => numbers);
}
function numbersInName(name, { hasNames, include, exclude, labels }) {
    const isAny = include.length === 0 && labels.some(({ excludes }) => !excludes);
    if (name === undefined) {
        const isStar = !hasNames && include.length === 1 && include[0]?.source === '*';
        if (exclude.length === 0 && (isAny || isStar))
            return { numbers: [] };
        return { kind: 'unreadable', why: "it has no name, so 'name' cannot be checked" };
    }
    const why = unreadableName(name);
    if (why !== undefined)
        return { kind: 'unreadable', why };
    if (exclude.some((pattern) => matchPattern(pattern, name).matches))
        return { kind: 'none', why: NO_MATCH };
    const matches = include.map((pattern) => matchPattern(pattern, name)).filter(({ matches }) => matches);
    if (isAny || matches.some(({ numbers }) => numbers.length === 0))
        return { numbers: [] };
    return matches.length === 0 ? { kind: 'none', why: NO_MATCH } : { numbers: matches.flatMap(({ numbers }) => numbers) };
}
const NO_MATCH = "its name does not match 'name'";
function withPullRequests(found, labels, { pullRequest }) {
    const numbers = [...new Set(Object.values(found).flat())];
    const where = Object.entries(found)
        .flatMap(([word, each]) => (each.length === 0 ? [] : word))
        .join(' or ');
    if (numbers.length === 0) {
        return pullRequest === 'closed'
            ? { kind: 'matches', labels }
            : { kind: 'if-closed', numbers: [pullRequest], labels };
    }
    if (pullRequest !== 'closed' && !numbers.includes(pullRequest) && numbers.length <= MAX_NUMBERS) {
        const has = where === 'labels' || where.includes(' or ') ? 'have' : 'has';
        const why = `its ${where} ${has} ${numbers.join(', ')} for {pr}, and 'pull-request' is ${pullRequest}`;
        return { kind: 'none', why };
    }
    if (numbers.length > MAX_NUMBERS) {
        return { kind: 'ambiguous', why: `its ${where} can be read as too many pull requests to tell which is meant` };
    }
    const others = numbers.filter((number) => number !== pullRequest);
    if (pullRequest !== 'closed' && others.length > 0) {
        const why = `its ${where} can also be read as pull request ${others.join(', ')}, and 'pull-request' is ${pullRequest}`;
        return { kind: 'ambiguous', why };
    }
    return { kind: 'if-closed', numbers, labels };
}
function protectingPattern(name, protect) {
    if (unreadableName(name) !== undefined)
        return undefined;
    return protect.find((pattern) => matchPattern(pattern, name).matches);
}
function protectedByName(name, protect) {
    if (protect.length === 0)
        return undefined;
    if (name === undefined)
        return "it has no name that 'protect' could be checked against";
    const why = unreadableName(name);
    if (why !== undefined)
        return `${why} against 'protect'`;
    const pattern = protectingPattern(name, protect);
    return pattern === undefined ? undefined : `its name ${name} is protected by '${pattern.source}' in 'protect'`;
}
function protectedInDoubt(id, names, protect) {
    for (const { source } of protect) {
        if (source === id)
            return `its ID ${id} is in 'protect', which takes names: write its name, or remove the line`;
        const doubt = doubtAbout(source, names.filter((name) => unreadableName(name) === undefined));
        if (doubt === undefined)
            continue;
        return `its name ${doubt.name} would be protected by '${source}' in 'protect', read ${doubt.how}; write the line so that it matches or clearly does not`;
    }
    return undefined;
}
function protectedCollateral(collateral, protect) {
    if (protect.length === 0)
        return undefined;
    for (const each of collateral) {
        if (!('name' in each))
            continue;
        const { name, sentence } = each;
        if (name === undefined)
            return `${sentence}, and has no name that 'protect' could be checked against`;
        const why = unreadableName(name);
        if (why !== undefined)
            return `${sentence}, and may be protected: ${why} against 'protect'`;
        const pattern = protectingPattern(name, protect);
        if (pattern !== undefined)
            return `${sentence}, and ${name} is protected by '${pattern.source}' in 'protect'`;
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/sweep/changed.js



function changedSince(planned, now, begun, criteria) {
    if (!sameSecond(now.createdAt, planned.createdAt))
        return 'its creation time is not the one that was listed, so it may be another one by now';
    if (now.name !== planned.name)
        return 'it was renamed meanwhile';
    if (!begun && criteria.statuses !== undefined && !criteria.statuses.has(now.status)) {
        return `its status is ${now.status} by now`;
    }
    if (criteria.labels.length > 0 &&
        !(0,external_node_util_namespaceObject.isDeepStrictEqual)(matchCriteria(now, criteria), matchCriteria(planned, criteria))) {
        return 'its labels are not those that were listed, so it may be another one by now';
    }
    return protectedByName(now.name, criteria.protect);
}

;// CONCATENATED MODULE: ./lib/sweep/classify.js




function pullRequestsIn(all, criteria) {
    const numbers = all.flatMap(({ target, snapshot }) => {
        const match = matchCriteria(snapshot, criteria, target.group);
        return match.kind === 'if-closed' ? match.numbers : [];
    });
    return new Set(numbers);
}
function classify(all, context) {
    const candidates = all.map((listed) => classifyOne(listed, context));
    keepYoungest(candidates, context.criteria.keepLatest);
    keepTogether(candidates, context);
    return candidates;
}
function classifyOne(listed, context) {
    const { createdAt } = listed.snapshot;
    const ageMs = createdAt === undefined ? undefined : Math.max(0, context.now - createdAt);
    const match = matchCriteria(listed.snapshot, context.criteria, listed.target.group);
    const [verdict, reason] = holdsSecret(listed)
        ? ['unknown', 'its ID holds a secret, so it cannot be asked for']
        : verdictOn(listed.snapshot, match, ageMs, context);
    const pullRequests = match.kind === 'if-closed' ? match.numbers : [];
    return { listed, class: verdict, reason, pullRequests, ageMs };
}
function holdsSecret({ target }) {
    return target.id.includes(redaction/* MASK */.v);
}
function verdictOn(snapshot, match, ageMs, context) {
    const { criteria, pullRequests } = context;
    const { statuses, olderThanMs, unusedForMs, keepLatest, protect } = criteria;
    if (match.kind === 'unreadable')
        return ['unknown', match.why];
    if (match.kind === 'none')
        return ['not-matched', match.why];
    const guard = protectedByName(snapshot.name, protect) ?? classify_guardOf(snapshot, NOTHING, context);
    if (guard !== undefined)
        return ['protected', guard];
    if (match.kind === 'ambiguous')
        return ['unknown', match.why];
    if (match.kind === 'if-closed') {
        const obstacle = match.numbers.map((number) => pullRequestReason(number, pullRequests)).find(Boolean);
        if (obstacle !== undefined)
            return ['pull-request', obstacle];
    }
    if (statuses !== undefined && !statuses.has(snapshot.status)) {
        return ['status', `its status is ${snapshot.status}, and 'status' is ${[...statuses].join(', ')}`];
    }
    if (ageMs === undefined && (olderThanMs > 0 || unusedForMs > 0 || keepLatest > 0)) {
        const input = olderThanMs > 0 ? 'older-than' : unusedForMs > 0 ? 'unused-for' : 'keep-latest';
        return ['unknown', `its creation time is not known, so '${input}' cannot be checked`];
    }
    if (olderThanMs > 0 && (ageMs ?? 0) <= olderThanMs) {
        return ['young', `it was created ${(0,format/* period */.iE)(ageMs ?? 0)} ago, and 'older-than' is ${(0,format/* period */.iE)(olderThanMs)}`];
    }
    if (unusedForMs > 0 && (ageMs ?? 0) <= unusedForMs) {
        return ['young', `it was created ${(0,format/* period */.iE)(ageMs ?? 0)} ago, and 'unused-for' is ${(0,format/* period */.iE)(unusedForMs)}`];
    }
    return ['selected', matchedReason(snapshot.name, match, criteria, olderThanMs > 0 ? ageMs : undefined)];
}
const NOTHING = new Set();
function classify_guardOf(snapshot, selected, { criteria, protection, collateral, allow }) {
    const { protect } = criteria;
    const policy = { allow, selected, isNamed: (name) => isNamed(name, criteria) };
    return protection(snapshot, policy) ?? protectedCollateral(collateral(snapshot, policy), protect);
}
function pullRequestReason(number, states) {
    switch (states.get(number)) {
        case 'closed':
            return undefined;
        case 'open':
            return `pull request ${number} is open`;
        case 'unknown':
        case undefined:
            return `no pull request ${number} was found in this repository`;
    }
}
function matchedReason(called, match, { include }, ageMs) {
    const matched = called === undefined ? "'name' is *, which takes what has no name" : "its name matches 'name'";
    const parts = [
        match.kind === 'if-closed' ? `pull request ${match.numbers.join(', ')} is closed` : '',
        match.kind === 'if-closed' || include.length === 0 ? '' : matched,
        match.labels.length === 0 ? '' : `it is labelled ${match.labels.join(', ')}`,
        ageMs === undefined ? '' : `it was created ${(0,format/* period */.iE)(ageMs)} ago`,
    ].filter((part) => part !== '');
    return [parts.slice(0, -1).join(', '), parts.at(-1)].filter((part) => part !== '').join(', and ');
}
function keepYoungest(candidates, keepLatest) {
    if (keepLatest === 0)
        return;
    const youngestFirst = selectedOf(candidates).sort((a, b) => bornAt(b) - bornAt(a) || (idOf(a) < idOf(b) ? 1 : -1));
    for (const candidate of youngestFirst.slice(0, keepLatest)) {
        candidate.class = 'latest';
        candidate.reason = `it is one of the ${keepLatest} youngest that 'keep-latest' keeps`;
    }
}
function keepTogether(candidates, context) {
    const selected = selectedKeys(candidates);
    for (const candidate of selectedOf(candidates)) {
        const reason = classify_guardOf(candidate.listed.snapshot, selected, context);
        if (reason === undefined)
            continue;
        candidate.class = 'protected';
        candidate.reason = reason;
    }
}
function keepUsed(candidates, usages) {
    for (const [index, candidate] of selectedOf(candidates).entries()) {
        const { kind, reason } = usages[index] ?? { kind: 'unknown', reason: 'its use was not asked for' };
        if (kind === 'unused')
            candidate.reason += `, and it had ${reason}`;
        else {
            candidate.class = kind;
            candidate.reason = reason;
        }
    }
}
function tellCollateral(candidates, { collateral, allow }) {
    const selected = selectedKeys(candidates);
    for (const candidate of selectedOf(candidates)) {
        for (const { kind, sentence } of collateral(candidate.listed.snapshot, { allow, selected })) {
            if (kind !== 'content')
                candidate.reason += `; ${sentence}`;
        }
    }
}
function selectedKeys(candidates) {
    return new Set(selectedOf(candidates).map(({ listed }) => (0,providers_target/* targetKey */.hD)(listed.target)));
}
function selectedOf(candidates) {
    return candidates.filter((candidate) => candidate.class === 'selected');
}
function bornAt(candidate) {
    return candidate.listed.snapshot.createdAt ?? 0;
}
function idOf(candidate) {
    return candidate.listed.target.id;
}

;// CONCATENATED MODULE: ./lib/sweep/contents.js



async function withContents(candidates, contents, context) {
    const selected = selectedOf(candidates);
    const found = await contents(selected.map(({ listed: { target } }) => target));
    const contentsBy = new Map(selected.map((candidate, index) => [candidate, found[index]]));
    return candidates.flatMap((candidate) => {
        const held = contentsBy.get(candidate);
        return held === undefined ? [candidate] : opened(candidate, held, context);
    });
}
function opened(candidate, { snapshot, inside }, context) {
    const changed = changedSince(candidate.listed.snapshot, snapshot, false, context.criteria);
    if (changed !== undefined)
        return [{ ...candidate, class: 'unknown', reason: changed }];
    const listed = { ...candidate.listed, snapshot };
    const everything = new Set([listed, ...inside].map(({ target }) => (0,providers_target/* targetKey */.hD)(target)));
    const guard = classify_guardOf(snapshot, everything, context);
    if (guard !== undefined)
        return [{ ...candidate, listed, class: 'protected', reason: guard }];
    return [{ ...candidate, listed }, ...inside.map((each) => contents_insideOf(candidate, each, context.now))];
}
function contents_insideOf({ listed, pullRequests }, inside, now) {
    const { resource, id } = listed.target;
    const { createdAt } = inside.snapshot;
    return {
        listed: inside,
        class: 'selected',
        reason: `it is in ${(0,providers_target/* nounOf */.a2)(resource)} ${id}, which is deleted`,
        pullRequests,
        ageMs: createdAt === undefined ? undefined : Math.max(0, now - createdAt),
        within: (0,providers_target/* targetKey */.hD)(listed.target),
    };
}
function contentsOf(candidates) {
    const inside = selectedOf(candidates).flatMap(({ listed, within }) => within === undefined ? [] : { within, key: (0,providers_target/* targetKey */.hD)(listed.target) });
    return new Map([...Map.groupBy(inside, ({ within }) => within)].map(([within, each]) => [within, each.map(({ key }) => key)]));
}

;// CONCATENATED MODULE: ./lib/sweep/guard-doubts.js

function guardDoubts({ exclude, protect }, unmatched, { ids, names, others }) {
    const about = (input, role, source) => {
        const isUnmatched = unmatched.some((each) => each.role === role && each.line === source);
        const covered = input === 'protect' ? [...names, ...others] : names;
        const doubt = ids.includes(source) ? { how: 'as an ID', name: source } : doubtAbout(source, covered, isUnmatched);
        return doubt === undefined ? [] : [{ ...doubt, line: input === 'name' ? `!${source}` : source, input, isUnmatched }];
    };
    return [
        ...exclude.flatMap(({ source }) => about('name', 'exclude', source)),
        ...protect.flatMap(({ source }) => about('protect', 'protect', source)),
    ];
}

;// CONCATENATED MODULE: ./lib/sweep/label-guards.js


function unmatchedLabels(patterns, found) {
    if (found.length === 0)
        return [];
    const isMatched = (pattern, { labels }) => pattern.excludes ? Object.hasOwn(labels ?? {}, pattern.key) : matchLabels(labels, [pattern]).kind === 'matches';
    return patterns
        .filter((pattern) => !found.some((each) => isMatched(pattern, each)))
        .map(({ source, excludes, key }) => ({ line: source, excludes, key }));
}
function labelDoubts(patterns, found, selected) {
    return patterns.flatMap((pattern) => {
        const excludes = ({ labels }) => matchLabels(labels, [pattern]).kind === 'none';
        if (!pattern.excludes)
            return [];
        const isUnmatched = !found.some(excludes);
        for (const { name, labels } of selected) {
            const doubt = doubtAbout(pattern.source.slice(1), labelTexts(labels ?? {}));
            if (doubt !== undefined) {
                return [{ line: pattern.source, input: 'label', isUnmatched, how: doubt.how, name: `${name} (${doubt.name})` }];
            }
        }
        return [];
    });
}

;// CONCATENATED MODULE: ./lib/sweep/unmatched.js


function unmatchedLines({ include, exclude, protect }, names, others) {
    const of = (role, patterns, seen) => patterns
        .filter((pattern) => !seen.some((name) => matchPattern(pattern, name).matches))
        .map(({ source }) => ({ role, line: source, guess: guess(source, seen) }));
    return [
        ...(names.length === 0 ? [] : [...of('include', include, names), ...of('exclude', exclude, names)]),
        ...of('protect', protect, [...names, ...others]),
    ];
}
function guess(line, names) {
    const matches = (text) => names.some((name) => matchPattern(parsePattern(text), name).matches);
    const doubt = doubtAbout(line, names);
    if (doubt !== undefined)
        return `read ${doubt.how}, it would match ${doubt.name}`;
    if (matches(`${line}*`))
        return `a pattern matches whole names: write ${line}* for names that begin with it`;
    if (matches(`*${line}`))
        return `a pattern matches whole names: write *${line} for names that end with it`;
    if (line.includes('{pr}') && matches(line.replaceAll('{pr}', '*'))) {
        return 'names match it but for {pr}, which stands for a whole run of digits';
    }
    if (/[*?]|\{pr\}/.test(line))
        return undefined;
    const near = nearestName(line, names);
    return near === undefined ? undefined : `it is nearly the name ${near}`;
}

;// CONCATENATED MODULE: ./lib/sweep/plan.js











const MAX_UNCLEAR = 3;
async function planSweep(options) {
    const { provider, criteria, allow, clock, providerTime } = options;
    const all = await rereadUnclear(() => provider.list(scopeOf(criteria)), options);
    const numbers = pullRequestsIn(all, criteria);
    const pullRequests = numbers.size === 0 ? new Map() : await options.pullRequests(numbers);
    const { protection, collateral } = provider;
    const everything = { allow, selected: new Set(all.map(({ target }) => (0,providers_target/* targetKey */.hD)(target))) };
    const othersOf = (snapshot) => collateralNames(collateral(snapshot, everything));
    const now = providerTime(clock.now());
    const context = { criteria, now, pullRequests, protection, collateral, allow };
    const found = classify(all, context);
    if (criteria.unusedForMs > 0) {
        const { usage = untold } = options;
        const since = now - criteria.unusedForMs;
        keepUsed(found, await Promise.all(selectedOf(found).map(({ listed }) => usage(listed, since, now))));
    }
    const { contents } = provider;
    const candidates = contents === undefined ? found : await rereadUnclear(() => withContents(found, contents, context), options);
    tellCollateral(candidates, { collateral, allow });
    const unmatched = unmatchedLines(criteria, all.flatMap(({ snapshot }) => readableName(snapshot) ?? []), candidates.flatMap(({ listed: { snapshot } }) => othersOf(snapshot)));
    const matched = selectedOf(candidates).filter(({ within }) => within === undefined);
    const selected = matched.map(({ listed: { snapshot } }) => snapshot);
    const going = {
        ids: matched.map(({ listed }) => listed.target.id),
        names: selected.flatMap((snapshot) => snapshot.name ?? []),
        others: selected.flatMap(othersOf),
    };
    const labelled = (listed) => ({
        name: listed.snapshot.name ?? listed.target.id,
        labels: listed.snapshot.labels,
    });
    const labels = criteria.labels.length === 0 ? [] : all.map(labelled);
    const inLabels = labelDoubts(criteria.labels, labels, matched.map(({ listed }) => labelled(listed)));
    return {
        candidates,
        unmatched,
        unmatchedGroups: unmatchedGroups(criteria, all),
        unmatchedLabels: unmatchedLabels(criteria.labels, labels),
        doubts: [...guardDoubts(criteria, unmatched, going), ...inLabels],
    };
}
function unmatchedGroups({ groups }, all) {
    const found = new Set(all.flatMap(({ target: { group } }) => (typeof group === 'string' ? group : [])));
    return groups
        .filter((pattern) => !isLiteral(pattern) && ![...found].some((group) => matchPattern(pattern, group).matches))
        .map(({ source }) => source);
}
function readableName({ name }) {
    return name === undefined || unreadableName(name) !== undefined ? undefined : name;
}
const untold = async () => ({ kind: 'unknown', reason: 'its use cannot be read' });
async function rereadUnclear(read, { clock, random, stop }) {
    for (let attempt = 1;; attempt++) {
        try {
            return await read();
        }
        catch (error) {
            if (!(error instanceof UnclearAnswer) || attempt === MAX_UNCLEAR)
                throw error;
            await clock.sleep(backoff(attempt, random), stop);
            if (stop?.aborted)
                throw error;
        }
    }
}
function sweptTargets(plan) {
    return new Map(selectedOf(plan.candidates).map(({ listed }) => [(0,providers_target/* targetKey */.hD)(listed.target), listed]));
}

;// CONCATENATED MODULE: ./lib/teardown/action-result.js



function actionResultFor(error) {
    const problem = (0,errors/* messageOf */.b)(error);
    if (error instanceof ProviderError) {
        return { result: 'failed', problem, ...(error.exchange ? { exchange: error.exchange } : {}) };
    }
    if (error instanceof UnclearAnswer)
        return { result: 'unknown', problem, exchange: error.exchange };
    if (!(error instanceof HttpError))
        return { result: 'unknown', problem };
    const { exchange, retryAfterMs } = error;
    return { result: 'unknown', problem, exchange, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

;// CONCATENATED MODULE: ./lib/teardown/broken-off.js

const HANGS_MS = 2000;
function isBrokenOff(observation, tookMs) {
    if (observation.state !== 'unreadable' || tookMs >= HANGS_MS)
        return false;
    return observation.error instanceof HttpError && observation.error.failure === 'stopped';
}

;// CONCATENATED MODULE: ./lib/teardown/changes-text.js

const SELF_EXPLANATORY = new Set(['deleted', 'accepted', 'planned']);
function changesText({ history, snapshot }, outcome, requestText) {
    if (SELF_EXPLANATORY.has(outcome) || (0,providers_history/* deletionAccepted */.ar)(history))
        return '';
    const done = (0,providers_history/* changes */.Ao)(history);
    const requested = (result, isTold = () => true) => done
        .filter(({ action, actionResult }) => actionResult.result === result && isTold(action))
        .map(({ action }) => requestText(action));
    const accepted = requested('accepted');
    const unknown = outcome === 'refused'
        ? requested('unknown')
        : outcome === 'already-gone'
            ? requested('unknown', ({ final }) => !final)
            : [];
    const parts = [
        ...(accepted.length === 0 ? [] : [`this run has already requested ${accepted.join(', and ')}`]),
        ...(unknown.length === 0 ? [] : [`whether ${unknown.join(' and ')} was carried out is unknown`]),
        ...(outcome === 'refused' && snapshot !== undefined && done.length > 0
            ? [
                `it is left ${snapshot.status}: start it again where it is needed, or run this again once nothing stands in the way`,
            ]
            : []),
    ];
    return parts.map((part) => `. ${part.charAt(0).toUpperCase()}${part.slice(1)}`).join('');
}

;// CONCATENATED MODULE: ./lib/teardown/polling.js
function pause(waitedMs, polls, random) {
    if (polls === 0)
        return 0;
    const full = waitedMs < 10_000 ? Math.min(polling_LONGEST_MS, polling_FIRST_MS * GROWTH ** (polls - 1)) : waitedMs / 10 - OVERHEAD_MS;
    return Math.round(full * (1 - random() / 100));
}
const polling_FIRST_MS = 250;
const GROWTH = 1.3;
const OVERHEAD_MS = 50;
const polling_LONGEST_MS = 1000 - 2 * OVERHEAD_MS;
function dueAfter(at, now, pauseMs) {
    return Math.max(at + pauseMs, now + Math.min(now - at, pauseMs));
}
function pollGap(targets, pollMs) {
    return targets === 1 ? 0 : Math.min(polling_LONGEST_MS, Math.max(Math.min(200, 20 * targets), 4 * pollMs));
}

;// CONCATENATED MODULE: ./lib/teardown/target-state.js




function startState({ isBlocked, ...start }, now, known) {
    const phase = isBlocked ? { at: 'blocked' } : { at: 'undecided' };
    const state = { ...start, history: [], startedAt: now, phase, timesOutdated: 0 };
    return known === undefined ? state : { ...state, snapshot: known, history: [observedEvent(known, now)] };
}
function recordObservation(state, observation, now) {
    const event = eventOf(observation, now);
    const last = state.history.at(-1);
    if (observation.state === 'present')
        state.snapshot = observation.snapshot;
    if (last !== undefined && last.type !== 'requested' && says(last) === says(event)) {
        state.history[state.history.length - 1] = { ...event, at: last.at, times: last.times + 1 };
    }
    else {
        state.history.push(event);
    }
    return event;
}
function eventOf(observation, now) {
    switch (observation.state) {
        case 'present':
            return { ...observedEvent(observation.snapshot, now), exchange: observation.exchange };
        case 'absent':
            return {
                ...{ type: 'not-found', at: now, until: now, times: 1, exchange: observation.exchange },
                ...(observation.isPartial === undefined ? {} : { isPartial: true }),
                ...(observation.mistaken === undefined ? {} : { mistaken: observation.mistaken }),
            };
        case 'unreadable':
            return {
                type: 'read-failed',
                at: now,
                until: now,
                times: 1,
                problem: observation.error.message,
                ...(observation.createdAt === undefined ? {} : { createdAt: observation.createdAt }),
                ...exchangeOf(observation.error),
            };
    }
}
function exchangeOf(error) {
    const known = error instanceof HttpError || error instanceof ProviderError || error instanceof UnclearAnswer;
    return known && error.exchange !== undefined ? { exchange: error.exchange } : {};
}
function observedEvent({ status, detail, createdAt, isBeingDeleted }, now) {
    return {
        type: 'observed',
        at: now,
        until: now,
        times: 1,
        status,
        ...(detail === undefined ? {} : { detail }),
        ...(createdAt === undefined ? {} : { createdAt }),
        ...(isBeingDeleted === undefined ? {} : { isBeingDeleted }),
    };
}
function says(event) {
    switch (event.type) {
        case 'observed':
            return `observed ${event.status} ${event.createdAt} ${event.isBeingDeleted} ${event.detail}`;
        case 'not-found':
            return `not-found ${event.isPartial}`;
        case 'read-failed':
            return `read-failed ${event.createdAt}`;
    }
}
function lastStatus({ snapshot }) {
    if (snapshot === undefined)
        return undefined;
    return statusText(snapshot) || undefined;
}
function placed({ target, snapshot }) {
    const group = snapshot?.group;
    return group === undefined || group === target.group ? target : { ...target, group };
}
function target_state_named(state) {
    return { target: placed(state), name: state.snapshot?.name };
}
function resultOf(state, { outcome, reason, plan }, now) {
    const { history, startedAt, snapshot, tombstone } = state;
    const target = placed(state);
    const status = lastStatus(state);
    return {
        target,
        outcome,
        reason,
        history,
        startedAt,
        endedAt: now,
        ...(snapshot?.name === undefined ? {} : { name: snapshot.name }),
        ...(status === undefined ? {} : { lastStatus: status }),
        ...(tombstone === undefined ? {} : { tombstone }),
        ...(plan === undefined ? {} : { plan }),
    };
}
function unreadableInARow({ history }) {
    const from = history.findLastIndex(({ type }) => type !== 'read-failed') + 1;
    return history.slice(from).reduce((sum, event) => sum + (event.type === 'requested' ? 0 : event.times), 0);
}
function progressText(state, told) {
    const status = lastStatus(state);
    const last = state.history.at(-1);
    const trouble = last?.type === 'read-failed' && last.problem !== told ? `; the last check failed: ${last.problem}` : '';
    const seen = `${status === undefined ? 'it was not found yet' : `last seen ${status}`}${trouble}`;
    if ((0,providers_history/* deletionAccepted */.ar)(state.history))
        return `deletion was accepted but not confirmed; ${seen}`;
    const asked = state.history.findLast((event) => event.type === 'requested');
    return `${asked === undefined ? 'deletion was not accepted yet' : askedText(asked)}; ${seen}`;
}
function askedText({ action, actionResult }) {
    switch (actionResult.result) {
        case 'unknown':
            return `whether the last request (${action.verb}) was carried out is unknown`;
        case 'not-found':
            return `deletion was not accepted yet; the last request (${action.verb}) did not find it`;
        case 'refused':
        case 'failed':
            return `deletion was not accepted yet; the last request (${action.verb}) was refused: ${actionResult.problem}`;
        case 'accepted':
            return 'deletion was not accepted yet';
    }
}
function countResults({ history }, result) {
    return history.filter((event) => event.type === 'requested' && event.actionResult.result === result).length;
}
function waitedMs({ history, startedAt }, now) {
    const last = history.findLast((event) => event.type === 'requested' && (0,providers_history/* hadEffect */.fK)(event));
    return now - (last?.until ?? startedAt);
}

;// CONCATENATED MODULE: ./lib/teardown/decide.js











const DELETED_OR_PLANNED = new Set(['deleted', 'accepted', 'already-gone', 'planned']);
const MAX_MISTAKES = 3;
const MAX_UNKNOWN = 8;
const ACCEPTED = "deletion accepted; the step does not wait until it is gone ('wait: false')";
class Decisions {
    #options;
    #policy;
    constructor(options, notDeleted) {
        this.#options = options;
        this.#policy = { ...options.policy, notDeleted };
    }
    onObserved(state, observation, moment) {
        try {
            return this.#applyStep(state, this.#nextStep(state, observation), moment);
        }
        catch (error) {
            const reason = `what to do next could not be decided (${(0,errors/* messageOf */.b)(error)}); ${progressText(state)}`;
            return this.#end(state, 'failed', reason);
        }
    }
    onUnsettled(state, moment) {
        return this.#pollAgain(state, 1 + polls(state), moment);
    }
    onReadError(state, error) {
        const withProgress = `${error.message}; ${progressText(state, error.message)}`;
        if (error instanceof ProviderError) {
            return this.#end(state, 'failed', (0,providers_history/* deletionAccepted */.ar)(state.history) ? withProgress : error.message);
        }
        const tries = unreadableInARow(state);
        const isFinal = error instanceof HttpError && error.isFinal;
        const isAnswer = error instanceof HttpError || error instanceof UnclearAnswer;
        return isFinal || (!isAnswer && tries >= MAX_MISTAKES)
            ? this.#end(state, 'failed', withProgress)
            : pollAfter(backoff(tries, this.#options.random));
    }
    onActionResult(state, step, actionResult) {
        const { random } = this.#options;
        const times = countResults(state, actionResult.result);
        switch (actionResult.result) {
            case 'accepted':
                return step.action.final && !state.isAwaited
                    ? this.#end(state, 'accepted', ACCEPTED)
                    : pollAfter(pause(0, 0, random));
            case 'not-found':
                return pollAfter(times === 1 ? 0 : backoff(times, random));
            case 'refused':
                return pollAfter(backoff(times, random));
            case 'unknown':
                return times >= MAX_UNKNOWN
                    ? this.#end(state, 'failed', `${actionResult.problem}; ${progressText(state)}`)
                    : pollAfter(backoff(times, random));
            case 'failed':
                return this.#end(state, 'failed', actionResult.problem);
        }
    }
    onEmptied(state, contents) {
        const kept = contents.filter(({ outcome }) => !DELETED_OR_PLANNED.has(outcome));
        const [first] = kept;
        if (first === undefined)
            return pollAfter(0);
        const { target, outcome, reason } = first;
        const more = kept.length > 1 ? `; and ${kept.length - 1} more in it` : '';
        return this.#keep(state, `${(0,providers_target/* nounOf */.a2)(target.resource)} ${target.id}, which is in it, is ${outcome}: ${reason}${more}`);
    }
    onContainerEnded(state, { target, outcome, reason }) {
        if (DELETED_OR_PLANNED.has(outcome))
            return pollAfter(0);
        const where = (0,providers_target/* nounOf */.a2)(target.resource);
        return this.#end(state, 'kept', `its ${where} ${target.id} is ${outcome}: ${reason}`);
    }
    onStopped(state, broken) {
        const { history } = state;
        if (broken instanceof ProviderError)
            return this.#end(state, 'failed', broken.message);
        if (broken !== undefined) {
            return this.#end(state, 'failed', `${broken.message}; ${progressText(state, broken.message)}`);
        }
        const reason = this.#options.stopReason();
        const missing = history.at(-1);
        const wasThere = history.some(({ type }) => type === 'observed' || type === 'requested');
        if (reason !== 'timed-out' || missing?.type !== 'not-found' || wasThere)
            return this.#end(state, reason, progressText(state));
        const step = { type: 'end', outcome: 'already-gone', reason: neverFound(history) };
        return this.#endAs(state, unlessMistaken(step, missing, this.#policy));
    }
    #nextStep(state, observation) {
        const { history, target } = state;
        const { provider, veto } = this.#options;
        const replaced = observation.state === 'present' ? whenReplaced(history) : undefined;
        if (replaced !== undefined)
            return replaced;
        if (observation.state === 'present' && !(0,providers_history/* deletionAccepted */.ar)(history)) {
            const begun = history.some(({ type }) => type === 'requested');
            const reason = veto(observation.snapshot, target, begun, this.#policy);
            if (reason !== undefined)
                return { type: 'end', outcome: 'protected', reason };
        }
        const step = provider.nextStep(observation, history, this.#policy);
        return observation.state === 'absent' && (0,providers_history/* snapshots */.ml)(history).length === 0
            ? unlessMistaken(step, observation, this.#policy)
            : step;
    }
    #applyStep(state, step, moment) {
        const { dryRun } = this.#options;
        switch (step.type) {
            case 'end':
                return this.#endAs(state, step);
            case 'act': {
                if (dryRun)
                    return planned(step, step.action.verb);
                const held = this.#heldBack(state, step.action, moment.now);
                return held === undefined ? { type: 'act', step } : this.#applyStep(state, held, moment);
            }
            case 'wait':
                if (dryRun && step.until !== 'confirmed')
                    return planned(step, `wait until it is ${step.until}`);
                if (step.until === 'empty')
                    return { type: 'empty', step, poll: this.#pollAgain(state, polls(state), moment) };
                if (step.until === 'gone' && !state.isAwaited)
                    return this.#end(state, 'accepted', ACCEPTED);
                if (step.pauseMs !== undefined)
                    return { ...pollAfter(Math.round(step.pauseMs)), step };
                return { ...this.#pollAgain(state, polls(state), moment), step };
        }
    }
    #heldBack(state, { verb }, now) {
        const last = state.history.findLast((event) => event.type === 'requested');
        if (last?.actionResult.result !== 'unknown')
            return undefined;
        const { retryAfterMs = 0 } = last.actionResult;
        const leftMs = last.until + retryAfterMs - now;
        if (leftMs <= 0)
            return undefined;
        const reason = `the provider asked to wait ${(0,format/* period */.iE)(retryAfterMs)} before another ${verb}`;
        const pauseMs = Math.min(leftMs, backoff(1 + polls(state), this.#options.random));
        return { type: 'wait', until: 'confirmed', reason, after: [], pauseMs };
    }
    #pollAgain(state, polls, { askedAt, now }) {
        const pauseMs = pause(waitedMs(state, askedAt), polls, this.#options.random);
        const afterMs = dueAfter(askedAt, now, pauseMs) - now;
        return { type: 'poll', afterMs, slackMs: afterMs / 8 };
    }
    #endAs(state, { outcome, reason }) {
        return outcome === 'protected' ? this.#keep(state, reason) : this.#end(state, outcome, reason);
    }
    #keep(state, reason) {
        const isAsItWas = (0,providers_history/* changes */.Ao)(state.history).length === 0 && !state.isOpen;
        return this.#end(state, this.#options.swept !== undefined && isAsItWas ? 'kept' : 'refused', reason);
    }
    #end(state, outcome, reason) {
        return { type: 'end', outcome, reason: reason + changesText(state, outcome, this.#options.provider.requestText) };
    }
}
function polls({ history }) {
    return (0,providers_history/* observationsSince */.iY)(history, providers_history/* hadEffect */.fK);
}
function planned(step, first) {
    return { type: 'end', outcome: 'planned', reason: step.reason, plan: [first, ...step.after], step };
}
function pollAfter(afterMs) {
    return { type: 'poll', afterMs, slackMs: 0 };
}

;// CONCATENATED MODULE: ./lib/teardown/scheduler.js



const DECISION_HOLDS_MS = 3000;
const IDLE_MS = 10_000;
const EXPECTED_WRITE_MS = 300;
const EXPECTED_OBSERVATION = { count: 100, ms: 500 };
const CONFIRM_MS = 1000;
const PLANNED = 0.9;
class Scheduler {
    #concurrency;
    #bulk;
    #active;
    #writes = 0;
    #writeMs = EXPECTED_WRITE_MS;
    #lastObservation = EXPECTED_OBSERVATION;
    #observedAt = Number.NEGATIVE_INFINITY;
    #observationMs = 0;
    constructor(states, { concurrency, bulk }) {
        this.#active = states;
        this.#concurrency = concurrency;
        this.#bulk = bulk;
    }
    due(now) {
        const census = this.#count();
        const gapMs = this.#gap(census);
        const isAnyDue = this.#admitted(census) > 0 || census.firstDue <= now;
        if (!isAnyDue || now < this.#observedAt + gapMs)
            return { toDecide: [], toConfirm: [] };
        const undecided = this.#active.filter(({ phase }) => phase.at === 'undecided').sort(byAge);
        const admitted = undecided.slice(0, this.#admitted(census));
        const polled = this.#polled(now, gapMs);
        const toDecide = polled.filter(({ history }) => !(0,providers_history/* deletionAccepted */.ar)(history));
        const toConfirm = polled.filter(({ history }) => (0,providers_history/* deletionAccepted */.ar)(history));
        return {
            toDecide: [...admitted, ...this.#firstOf(toDecide, this.#window() - census.ready - admitted.length)],
            toConfirm: this.#firstOf(toConfirm, this.#writesIn(CONFIRM_MS) - census.ready),
        };
    }
    #firstOf(targets, room) {
        const first = targets.slice(0, Math.max(this.#concurrency, room));
        const lists = new Set(first.map(({ target }) => (0,providers_target/* listOf */.c3)(target)));
        return targets.filter(({ target }) => lists.has((0,providers_target/* listOf */.c3)(target)));
    }
    #polled(now, gapMs) {
        const isDue = ({ due, slackMs }) => due - (slackMs === 0 ? 0 : Math.max(slackMs, gapMs)) <= now;
        const lastDue = new Map();
        const polled = this.#active.flatMap((state) => {
            const { phase, target } = state;
            if (phase.at !== 'polled')
                return [];
            const list = (0,providers_target/* listOf */.c3)(target);
            lastDue.set(list, Math.max(phase.due, lastDue.get(list) ?? 0));
            return isDue(phase) ? { state, list } : [];
        });
        return polled.sort((a, b) => (lastDue.get(a.list) ?? 0) - (lastDue.get(b.list) ?? 0)).map(({ state }) => state);
    }
    writable() {
        const room = this.#concurrency - this.#writes;
        if (room <= 0)
            return [];
        const ready = this.#active.flatMap((state) => (state.phase.at === 'ready' ? { state, phase: state.phase } : []));
        const inOrder = ready.sort((a, b) => a.phase.notAfter - b.phase.notAfter || byAge(a.state, b.state));
        return scheduler_groupsOf(inOrder, this.#offered).take(room).toArray();
    }
    nextWake(now) {
        const census = this.#count();
        const next = this.#admitted(census) > 0 ? now : Math.min(now + IDLE_MS, census.firstDue);
        return Math.max(now + 1, next, this.#observedAt + this.#gap(census));
    }
    observationBegan(now) {
        this.#observedAt = now;
    }
    observationEnded(count, ms, isDeciding) {
        this.#observationMs = ms;
        if (isDeciding)
            this.#lastObservation = { count, ms };
    }
    writeBegan() {
        this.#writes++;
    }
    writeEnded(ms) {
        this.#writes--;
        if (ms !== undefined)
            this.#writeMs += (ms - this.#writeMs) / 4;
        if (this.#writes === 0 && this.#count().ready === 0)
            this.#observedAt = Number.NEGATIVE_INFINITY;
    }
    bulkRefused() {
        this.#bulk = undefined;
    }
    get #offered() {
        return this.#bulk?.isOffered() === false ? undefined : this.#bulk;
    }
    #count() {
        const census = { left: 0, undecided: 0, ready: 0, deciding: 0, firstDue: Number.POSITIVE_INFINITY };
        if (this.#active.some(hasEnded))
            this.#active = this.#active.filter((state) => !hasEnded(state));
        for (const { phase } of this.#active) {
            census.left++;
            if (phase.at === 'undecided')
                census.undecided++;
            else if (phase.at === 'ready')
                census.ready++;
            else if (phase.at === 'observing' && phase.isDeciding)
                census.deciding++;
            else if (phase.at === 'polled')
                census.firstDue = Math.min(census.firstDue, phase.due);
        }
        return census;
    }
    #writesIn(ms) {
        return (ms * this.#concurrency) / this.#writeMs;
    }
    #window() {
        if (this.#offered !== undefined)
            return Number.POSITIVE_INFINITY;
        const plannedMs = DECISION_HOLDS_MS * PLANNED;
        const { count, ms } = this.#lastObservation;
        const inTime = this.#writesIn(plannedMs - ms);
        const inProportion = plannedMs / (ms / count + 1 / this.#writesIn(1));
        return Math.max(this.#concurrency, Math.floor(inTime <= count ? inTime : inProportion));
    }
    #admitted({ undecided, ready, deciding }) {
        return Math.max(0, Math.min(undecided, this.#window() - ready - deciding));
    }
    #gap({ ready, left }) {
        const isBusy = ready > Math.min(this.#window() / 2, this.#writesIn(2 * this.#lastObservation.ms));
        return isBusy ? DECISION_HOLDS_MS : pollGap(left, this.#observationMs);
    }
}
function* scheduler_groupsOf(ready, bulk) {
    const batches = bulk === undefined
        ? []
        : Map.groupBy(ready, ({ state: { target }, phase: { step } }) => {
            const batch = bulk.verbs.includes(step.action.verb) ? bulk.batchOf(target) : undefined;
            return batch === undefined ? undefined : JSON.stringify([step.action.verb, batch]);
        });
    const joined = new Set();
    for (const [batch, group] of batches) {
        if (bulk === undefined || batch === undefined || group.length < bulk.from)
            continue;
        for (const write of group)
            joined.add(write);
        yield* chunks(group, bulk.most);
    }
    for (const write of ready)
        if (!joined.has(write))
            yield [write];
}
function chunks(items, size) {
    const count = Math.ceil(items.length / size);
    return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
function hasEnded({ phase }) {
    return phase.at === 'ended';
}
function byAge(a, b) {
    return (a.snapshot?.createdAt ?? 0) - (b.snapshot?.createdAt ?? 0);
}

;// CONCATENATED MODULE: ./lib/teardown/controller.js










async function teardown(options) {
    return new Controller(options).run();
}
class Controller {
    #options;
    #states;
    #scheduler;
    #decisions;
    #inside = new Map();
    #containerOf = new Map();
    #notDeleted = new Set();
    #inFlight = new Set();
    #wake = new AbortController();
    #broken;
    constructor(options) {
        const { provider, targets, contents, swept, known, clock, wait } = options;
        const inside = new Set([...(contents?.values() ?? [])].flat());
        this.#options = options;
        this.#states = targets.map((target) => {
            const key = (0,providers_target/* targetKey */.hD)(target);
            const isBlocked = inside.has(key);
            const start = { target, isAwaited: wait || isBlocked, isBlocked };
            return startState(start, clock.now(), swept?.get(key)?.snapshot ?? known?.get(key));
        });
        const stateOf = new Map(this.#states.map((state) => [(0,providers_target/* targetKey */.hD)(state.target), state]));
        for (const [key, keys] of contents ?? []) {
            const container = stateOf.get(key);
            if (container === undefined)
                continue;
            const inside = keys.flatMap((each) => stateOf.get(each) ?? []);
            this.#inside.set(container, inside);
            for (const each of inside)
                this.#containerOf.set(each, container);
        }
        this.#scheduler = new Scheduler(this.#states, provider);
        this.#decisions = new Decisions(options, this.#notDeleted);
    }
    async run() {
        const { stop, clock, progress } = this.#options;
        const onStop = () => this.#wake.abort(lib_clock/* NO_ERROR */.VT);
        stop.addEventListener('abort', onStop);
        for (let left = this.#left(); left.length > 0; left = this.#left()) {
            try {
                if (this.#broken !== undefined || stop.aborted) {
                    if (this.#inFlight.size === 0)
                        break;
                    await Promise.race(this.#inFlight);
                    continue;
                }
                for (const group of this.#scheduler.writable())
                    this.#launch(this.#act(group));
                const { toDecide, toConfirm } = this.#scheduler.due(clock.now());
                if (toDecide.length > 0)
                    this.#launch(this.#observe(toDecide, 'observe'));
                if (toConfirm.length > 0)
                    this.#launch(this.#observe(toConfirm, 'confirmGone'));
                progress.waiting(left.length);
                this.#wake = new AbortController();
                await clock.sleep(this.#scheduler.nextWake(clock.now()) - clock.now(), this.#wake.signal);
            }
            catch (error) {
                this.#broken ??= new Error(`Undeploy failed unexpectedly (${(0,errors/* messageOf */.b)(error)})`);
                this.#options.onMistake(error);
            }
        }
        stop.removeEventListener('abort', onStop);
        for (const state of this.#left())
            this.#apply(state, this.#decisions.onStopped(state, this.#broken));
        return this.#states.flatMap(({ phase }) => (phase.at === 'ended' ? phase.result : []));
    }
    #left() {
        return this.#states.filter(({ phase }) => phase.at !== 'ended');
    }
    #launch(work) {
        const tracked = work.finally(() => {
            this.#inFlight.delete(tracked);
            this.#wake.abort(lib_clock/* NO_ERROR */.VT);
        });
        this.#inFlight.add(tracked);
    }
    async #observe(group, how) {
        const { clock, progress } = this.#options;
        const askedAt = clock.now();
        const isDeciding = how === 'observe';
        this.#scheduler.observationBegan(askedAt);
        for (const state of group)
            state.phase = { at: 'observing', isDeciding };
        const observations = await this.#ask(group, how);
        const now = clock.now();
        this.#scheduler.observationEnded(group.length, now - askedAt, isDeciding);
        for (const [index, state] of group.entries()) {
            const observation = observations[index] ?? { state: 'unreadable', error: new Error(NO_ANSWER) };
            if (isBrokenOff(observation, now - askedAt))
                continue;
            if (observation.state === 'unsettled') {
                this.#apply(state, this.#decisions.onUnsettled(state, { askedAt, now }));
                continue;
            }
            const event = recordObservation(state, observation, now);
            progress.happened(target_state_named(state), event);
            if (observation.state === 'unreadable') {
                this.#noteBroken(observation.error);
                this.#apply(state, this.#decisions.onReadError(state, observation.error));
                continue;
            }
            const answeredAt = state.timesOutdated > 1 ? now : observation.exchange.at + observation.exchange.ms;
            this.#apply(state, this.#decisions.onObserved(state, observation, { askedAt, now }), answeredAt);
        }
    }
    async #ask(group, how) {
        try {
            return await this.#options.provider[how](group.map(({ target }) => target));
        }
        catch (error) {
            return group.map(() => ({ state: 'unreadable', error: (0,errors/* toError */.i)(error) }));
        }
    }
    async #act(writes) {
        const { clock } = this.#options;
        const at = clock.now();
        this.#scheduler.writeBegan();
        for (const { state } of writes)
            state.phase = { at: 'acting' };
        const actionResults = await this.#write(writes);
        this.#scheduler.writeEnded(Array.isArray(actionResults) ? clock.now() - at : undefined);
        for (const [index, write] of writes.entries()) {
            if (actionResults === 'too-late')
                this.#noteOutdated(write.state);
            else if (actionResults === 'not-in-bulk')
                write.state.phase = { at: 'undecided' };
            else
                this.#noteResult(write, actionResults[index] ?? UNANSWERED, at);
        }
    }
    async #write(writes) {
        const { provider } = this.#options;
        const [first] = writes;
        if (first === undefined)
            return [];
        const { action } = first.phase.step;
        const limits = { notAfter: Math.min(...writes.map(({ phase }) => phase.notAfter)) };
        try {
            if (writes.length === 1)
                return [await provider.act(first.state.target, action, limits)];
            const targets = writes.map(({ state }) => state.target);
            const actionResults = await provider.bulk?.act(targets, action, limits);
            if (actionResults === undefined)
                this.#scheduler.bulkRefused();
            return actionResults ?? 'not-in-bulk';
        }
        catch (error) {
            if (error instanceof HttpError && error.failure === 'unsent')
                return 'too-late';
            this.#noteBroken(error);
            return writes.map(() => actionResultFor(error));
        }
    }
    #noteOutdated(state) {
        state.phase = { at: 'undecided' };
        state.timesOutdated++;
    }
    #noteResult({ state, phase: { step } }, actionResult, at) {
        const { clock, progress } = this.#options;
        const { action } = step;
        const event = { type: 'requested', at, until: clock.now(), action, actionResult };
        state.history.push(event);
        state.timesOutdated = 0;
        if (actionResult.result === 'accepted' && action.final && actionResult.tombstone !== undefined) {
            state.tombstone = actionResult.tombstone;
        }
        progress.happened(target_state_named(state), event);
        this.#apply(state, this.#decisions.onActionResult(state, step, actionResult));
    }
    #noteBroken(error) {
        if (error instanceof ProviderError && error.scope === 'account')
            this.#broken ??= error;
    }
    #apply(state, decision, answeredAt = this.#options.clock.now()) {
        const { clock, progress } = this.#options;
        if (decision.step !== undefined)
            progress.decided(target_state_named(state), decision.step);
        switch (decision.type) {
            case 'act':
                state.phase = { at: 'ready', step: decision.step, notAfter: answeredAt + DECISION_HOLDS_MS };
                break;
            case 'poll':
                state.phase = { at: 'polled', due: clock.now() + decision.afterMs, slackMs: decision.slackMs };
                break;
            case 'end': {
                const result = resultOf(state, decision, clock.now());
                state.phase = { at: 'ended', result };
                if (!DELETED_OR_PLANNED.has(result.outcome))
                    this.#notDeleted.add((0,providers_target/* targetKey */.hD)(state.target));
                progress.ended(result);
                this.#whenEnded(state, result);
                break;
            }
            case 'empty':
                this.#empty(state, decision);
        }
    }
    #empty(state, { poll }) {
        const inside = this.#inside.get(state) ?? [];
        if (inside.every(({ phase }) => phase.at === 'ended')) {
            this.#apply(state, poll);
            return;
        }
        state.phase = { at: 'emptying' };
        state.isOpen = true;
        for (const each of inside)
            if (each.phase.at === 'blocked')
                each.phase = { at: 'undecided' };
    }
    #whenEnded(state, result) {
        for (const each of this.#inside.get(state) ?? []) {
            if (each.phase.at === 'blocked')
                this.#apply(each, this.#decisions.onContainerEnded(each, result));
        }
        const container = this.#containerOf.get(state);
        if (container?.phase.at !== 'emptying')
            return;
        const inside = this.#inside.get(container) ?? [];
        const results = inside.flatMap(({ phase }) => (phase.at === 'ended' ? phase.result : []));
        if (results.length === inside.length)
            this.#apply(container, this.#decisions.onEmptied(container, results));
    }
}
const NO_ANSWER = 'the provider gave no answer about it';
const UNANSWERED = { result: 'unknown', problem: NO_ANSWER };

;// CONCATENATED MODULE: ./lib/github/fetch.js

const fetch_MAX_BYTES = 32 * 1024 * 1024;
const MAX_REDIRECTS = 3;
function fetchOver(http, kind, origin) {
    const send = (request) => kind === 'read' ? http.read(request) : http.write({ ...request, notAfter: Number.POSITIVE_INFINITY });
    return async (url, { method, headers, body }) => {
        let request = {
            method: methodOf(method),
            url: new URL(url),
            headers: { ...headers },
            maxBytes: fetch_MAX_BYTES,
            ...(body == null ? {} : { body }),
        };
        for (let redirects = 0;; redirects++) {
            if (request.url.origin !== origin)
                throw new Error(`GitHub points to another host, ${request.url.host}`);
            const response = await send(request).catch(lastAnswer);
            const location = response.headers['location'];
            if (!isRedirect(response, request) || location === undefined || redirects === MAX_REDIRECTS) {
                return fetchResponse(request.url, response);
            }
            request = { ...request, url: new URL(location, request.url) };
        }
    };
}
function isRedirect({ status }, { method }) {
    return status === 307 || status === 308 || (method === 'GET' && (status === 301 || status === 302));
}
function methodOf(method) {
    switch (method) {
        case 'GET':
        case 'POST':
        case 'PATCH':
        case 'DELETE':
            return method;
        default:
            throw new Error(`no request to GitHub is a ${method}`);
    }
}
function lastAnswer(error) {
    if (error instanceof HttpError && error.response?.body !== undefined)
        return error.response;
    throw error;
}
function fetchResponse(url, { status, headers, text }) {
    return { status, url: url.href, headers: new Map(Object.entries(headers)), text: async () => text };
}

;// CONCATENATED MODULE: ./lib/github/github.js


const GITHUB_PROFILE = { requestTimeoutMs: 20_000, concurrency: 10, isRetryable: isTransient };
function httpStatusOf(error) {
    const status = error instanceof Error ? Reflect.get(error, 'status') : undefined;
    return typeof status === 'number' ? status : undefined;
}
function header(error, name) {
    const response = error instanceof Error ? Reflect.get(error, 'response') : undefined;
    const headers = typeof response === 'object' && response !== null ? Reflect.get(response, 'headers') : undefined;
    const value = typeof headers === 'object' && headers !== null ? Reflect.get(headers, name) : undefined;
    return value === undefined ? undefined : String(value);
}
const GRAPHQL_ERRORS = array(object({
    type: optional(string()),
    message: optional(string()),
    path: optional(array(union([string(), number()]))),
}));
function graphqlErrors(error) {
    const parsed = safeParse(GRAPHQL_ERRORS, error instanceof Error ? Reflect.get(error, 'errors') : undefined);
    return parsed.success ? parsed.output : [];
}
function isTransient({ status, headers, body }) {
    if (status === 403)
        return headers['retry-after'] !== undefined;
    const parsed = safeParse(object({ errors: GRAPHQL_ERRORS }), body);
    if (status !== 200 || !parsed.success)
        return false;
    return parsed.output.errors.some(({ type = '', message = '' }) => LATER_TYPE.test(type) || LATER_WORDS.test(message));
}
const LATER_TYPE = /^(?:RATE_LIMIT(?:ED)?|INTERNAL|SERVICE_UNAVAILABLE|TIMEOUT)$/;
const LATER_WORDS = /something went wrong|rate limit|timed? ?out|temporar/i;
function gitHubProblem(error, doing, permission) {
    const status = httpStatusOf(error);
    if (status === 401)
        return `GitHub did not accept 'github-token' while ${doing}: ${github_words(error)}`;
    if (status === 404)
        return permissionProblem(error, doing, permission);
    if (status !== 403)
        return `GitHub could not be asked while ${doing}: ${github_words(error)}`;
    if (!/not accessible by|permission|admin rights|must have/i.test(github_words(error))) {
        return `GitHub refused ${doing}: ${github_words(error)}`;
    }
    return permissionProblem(error, doing, permission);
}
function permissionProblem(error, doing, permission) {
    const accepted = header(error, 'x-accepted-github-permissions');
    const asks = accepted === undefined ? '' : ` (GitHub asks for ${accepted})`;
    return `GitHub refused ${doing}: ${github_words(error)}. Give the job 'permissions: ${permission}'${asks}`;
}
function github_words(error) {
    const refusals = new Set(graphqlErrors(error).flatMap(({ message }) => message ?? []));
    const text = refusals.size > 0 ? [...refusals].join('; ') : (0,errors/* messageOf */.b)(error);
    return text.slice(0, 300);
}

;// CONCATENATED MODULE: ./lib/github/pull-request-watch.js

function createPullRequestWatch(ask, clock) {
    const states = new Map();
    const askedAt = new Map();
    const wereClosed = new Set();
    let pending;
    const flush = async () => {
        const numbers = pending?.numbers ?? new Set();
        pending = undefined;
        const at = clock.now();
        for (const [number, state] of await ask(numbers)) {
            states.set(number, state);
            askedAt.set(number, at);
            if (state === 'closed')
                wereClosed.add(number);
        }
    };
    return {
        states,
        async refresh(numbers, maxAgeMs) {
            const isOld = (number) => clock.now() - (askedAt.get(number) ?? Number.NEGATIVE_INFINITY) > maxAgeMs;
            const old = [...numbers].filter(isOld);
            if (old.length === 0)
                return;
            pending ??= { numbers: new Set(), answered: Promise.resolve().then(flush) };
            for (const number of old)
                pending.numbers.add(number);
            await pending.answered;
        },
        obstacle(numbers) {
            for (const number of numbers) {
                const reason = pullRequestReason(number, states);
                if (reason === undefined)
                    continue;
                return wereClosed.has(number) && states.get(number) === 'open' ? `${reason} again` : reason;
            }
            return undefined;
        },
    };
}

;// CONCATENATED MODULE: ./lib/github/pull-requests.js


const BATCH = 100;
const pull_requests_LARGEST = 2 ** 31 - 1;
const STATE = nullable(object({ state: picklist(['OPEN', 'CLOSED', 'MERGED']) }));
const DATA = object({ repository: record(string(), STATE) });
async function pullRequestStates(github, numbers) {
    const states = new Map([...numbers].map((number) => [number, 'unknown']));
    const asked = [...numbers].filter((number) => number > 0 && number <= pull_requests_LARGEST).sort((a, b) => a - b);
    for (let from = 0; from < asked.length; from += BATCH) {
        const found = await ask(github, asked.slice(from, from + BATCH));
        for (const [number, state] of found)
            states.set(number, state);
    }
    return states;
}
async function ask(github, numbers) {
    const fields = numbers.map((number) => `pr${number}: pullRequest(number: ${number}) { state }`);
    const query = `query ($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { ${fields.join(' ')} } }`;
    const data = await github.graphql(query, { owner: github.owner, repo: github.repo }).catch(partialData);
    const parsed = safeParse(DATA, data);
    if (!parsed.success) {
        throw new Error(`GitHub answered something else than the states of pull requests of ${github.owner}/${github.repo}`);
    }
    return numbers.map((number) => {
        const answer = parsed.output.repository[`pr${number}`];
        return [number, answer == null ? 'unknown' : answer.state === 'OPEN' ? 'open' : 'closed'];
    });
}
function partialData(error) {
    const errors = graphqlErrors(error);
    const onlyMissing = errors.length > 0 && errors.every(({ type, path }) => type === 'NOT_FOUND' && path !== undefined && path.length > 1);
    if (onlyMissing && error instanceof Error)
        return Reflect.get(error, 'data');
    const doing = 'looking up pull requests for {pr}';
    const status = httpStatusOf(error);
    if (status !== undefined && NO_GRAPHQL.has(status)) {
        throw new Error(`GitHub has no GraphQL API at this address (HTTP ${status}), so ${doing} is not possible`, {
            cause: error,
        });
    }
    if (errors.some(({ type, path = [] }) => type === 'FORBIDDEN' || (type === 'NOT_FOUND' && path.length < 2))) {
        throw new Error(permissionProblem(error, doing, PERMISSION), { cause: error });
    }
    throw new Error(gitHubProblem(error, doing, PERMISSION), { cause: error });
}
const PERMISSION = 'pull-requests: read';
const NO_GRAPHQL = new Set([404, 405, 410, 501]);

;// CONCATENATED MODULE: ./lib/run/github.js






function openGitHub(runtime, { github }, limits) {
    const apiUrl = runtime.env['GITHUB_API_URL'] || 'https://api.github.com';
    const http = openHttp(runtime, limits, GITHUB_PROFILE);
    const { origin } = new URL(apiUrl);
    const [read, write] = [fetchOver(http, 'read', origin), fetchOver(http, 'write', origin)];
    return runtime.connectGitHub({ ...github, apiUrl, read, write });
}
function watchPullRequests(runtime, inputs, limits) {
    let github;
    return createPullRequestWatch(async (numbers) => {
        const tell = github === undefined ? runtime.runner.info : runtime.runner.debug;
        tell(`Looking up ${(0,format/* plural */.LS)(numbers.size, 'pull request')} of ${inputs.github.repository}`);
        github ??= openGitHub(runtime, inputs, { deadline: limits.deadline, signal: limits.cutOff });
        return pullRequestStates(await github, numbers);
    }, runtime.clock);
}

// EXTERNAL MODULE: ./lib/run/internal-error.js
var internal_error = __nccwpck_require__(275);
;// CONCATENATED MODULE: ./lib/run/metering.js




const DRY_RUN_GRACE_MS = 2000;
const MOST_WARNED = 20;
function createMeter(run, resource, options) {
    const { runtime, inputs, provider } = run;
    const { clock, runner } = runtime;
    const metering = meteringOf(run, resource);
    const shown = new Map();
    const warnings = [];
    let book;
    let isClosed = false;
    const costNow = (target) => {
        const snapshot = shown.get((0,providers_target/* targetKey */.hD)(target));
        return book === undefined || snapshot === undefined ? {} : { cost: book.costOf(target, snapshot) };
    };
    const withCosts = (plan) => ({
        ...plan,
        candidates: plan.candidates.map((each) => ({ ...each, ...costNow(each.listed.target) })),
    });
    const warn = async (target) => {
        const use = await metering?.recentUse(target);
        if (use !== undefined && !isClosed) {
            runner.warning(`${label(target, shown.get((0,providers_target/* targetKey */.hD)(target))?.name)} is in use: ${use}`);
        }
    };
    return {
        open() {
            book ??= metering?.openCostBook(options);
        },
        provider: {
            ...provider,
            async observe(targets) {
                const observations = await provider.observe(targets);
                for (const [index, target] of targets.entries()) {
                    const observation = observations[index];
                    const key = (0,providers_target/* targetKey */.hD)(target);
                    if (observation?.state === 'present' && !shown.has(key))
                        shown.set(key, observation.snapshot);
                }
                return observations;
            },
        },
        priced(plan) {
            for (const { listed } of plan.candidates)
                shown.set((0,providers_target/* targetKey */.hD)(listed.target), listed.snapshot);
            return withCosts(plan);
        },
        async markUse(plan) {
            return { ...plan, candidates: await withUse(plan.candidates, async (target) => metering?.recentUse(target)) };
        },
        warnOfUse(targets) {
            if (metering === undefined)
                return;
            for (const target of targets.slice(0, MOST_WARNED)) {
                warnings.push(warn(target).catch((error) => runner.debug((0,errors/* messageOf */.b)(error))));
            }
        },
        async close(done) {
            if (inputs.dryRun && metering !== undefined) {
                const answers = Promise.all([book?.settled, ...warnings]);
                const over = new AbortController();
                await Promise.race([answers, clock.sleep(DRY_RUN_GRACE_MS, over.signal)]);
                over.abort();
            }
            isClosed = true;
            metering?.close();
            if (book === undefined)
                return done;
            const results = done.results.map((result) => ({ ...result, ...costNow(result.target) }));
            const plan = done.plan && withCosts(done.plan);
            return { ...done, results, plan, hasPrices: book.hasPrices() };
        },
    };
}
async function withUse(candidates, useOf) {
    const selected = new Set(selectedOf(candidates));
    return Promise.all(candidates.map(async (candidate) => {
        const use = selected.has(candidate) ? await useOf(candidate.listed.target) : undefined;
        return use === undefined ? candidate : { ...candidate, reason: `${candidate.reason}; in use: ${use}` };
    }));
}
function meteringOf({ provider, inputs }, resource) {
    const { usage } = (resource && inputs.provider.definition.resources[resource]) ?? {};
    return usage === undefined ? undefined : provider.metering;
}

;// CONCATENATED MODULE: ./lib/run/planning.js





async function planRun(run, { criteria, maxDeletions }, sources) {
    const { runtime, inputs, limits } = run;
    const { clock, runner } = runtime;
    const { watch, use, providerClock, meter } = sources;
    let plan;
    try {
        plan = await listAndClassify(run, criteria, sources);
    }
    catch (error) {
        return { end: notEverythingRead(run, error) };
    }
    const { whenUnscoped } = inputs.provider.definition.resources[criteria.resource] ?? {};
    if (whenUnscoped !== undefined && criteria.parents.length === 0)
        runner.notice(whenUnscoped);
    const clockNotice = providerClock.notice();
    if (clockNotice !== undefined)
        runner.notice(clockNotice);
    const isMarked = inputs.dryRun && use === undefined && selectedOf(plan.candidates).length <= maxDeletions;
    if (isMarked)
        plan = await meter.markUse(plan);
    printPlan(plan, runner);
    tellIfNotClosed(run, watch);
    if (await isOver(run)) {
        const why = limits.reason() === 'cancelled' ? 'the step was cancelled' : "'timeout' was over";
        const problem = `Nothing was deleted, because ${why} before it was known what to delete`;
        return { end: { results: [], problems: [problem], plan, brokenOff: limits.reason() } };
    }
    const kept = keptResults(plan, clock.now());
    const stop = whyStopped(plan, maxDeletions);
    if (stop === undefined)
        return { plan, kept };
    const results = [...stoppedResults(plan, stop.reason, clock.now()), ...kept];
    return { end: { results, problems: stop.problems, headline: stop.headline, plan } };
}
async function listAndClassify({ runtime: { clock, random }, inputs: { allow }, limits: { stop }, provider }, criteria, { watch, use, providerClock, meter }) {
    const pullRequests = async (numbers) => {
        await watch.refresh(numbers, 0);
        return watch.states;
    };
    const usage = use?.ofPlan;
    const providerTime = providerClock.at;
    const planning = planSweep({ provider, criteria, allow, pullRequests, usage, clock, providerTime, random, stop });
    meter.open();
    return meter.priced(await planning);
}
function whyStopped(plan, maxDeletions) {
    const count = selectedOf(plan.candidates).length;
    if (count > maxDeletions) {
        const problem = `${(0,format/* plural */.LS)(count, 'target')} selected, but 'max-deletions' is ${maxDeletions}: nothing was deleted. If all of them should be deleted, raise 'max-deletions'. If not, narrow 'name' or 'older-than'`;
        return {
            reason: "more were selected than 'max-deletions' allows",
            problems: [problem],
            headline: `${count} are selected and the limit is ${maxDeletions}`,
        };
    }
    if (plan.doubts.length === 0)
        return undefined;
    const headline = 'a guard can be read in two ways';
    return { reason: headline, problems: plan.doubts.map(doubtText), headline };
}
function tellIfNotClosed({ runtime: { runner }, inputs: { pullRequest } }, watch) {
    const state = pullRequest === 'closed' ? undefined : watch.states.get(pullRequest);
    if (pullRequest === 'closed' || state === undefined || state === 'closed')
        return;
    const text = `Nothing is deleted: 'pull-request' is ${pullRequest}, and ${watch.obstacle([pullRequest])}`;
    if (state === 'open')
        runner.notice(text);
    else
        runner.warning(text);
}
function notEverythingRead({ limits }, error) {
    const problem = `Nothing was deleted, because not everything could be read first: ${(0,errors/* messageOf */.b)(error)}`;
    const brokenOff = limits.stop.aborted ? { brokenOff: limits.reason() } : {};
    return { results: [], problems: [problem], headline: 'not everything could be read', plan: undefined, ...brokenOff };
}
async function isOver({ runtime: { clock }, limits, }) {
    await clock.sleep(0);
    await clock.sleep(0);
    return limits.stop.aborted || clock.now() >= limits.deadline;
}

;// CONCATENATED MODULE: ./lib/run/pull-request-check.js


const OLDEST_AT_WRITE_MS = 5000;
const OLDEST_AT_OBSERVATION_MS = 2000;
function checkingPullRequests(provider, watch, numbersOf) {
    const shown = new Map();
    const refresh = async (targets, maxAgeMs) => {
        try {
            await watch.refresh(targets.flatMap(numbersOf), maxAgeMs);
            return undefined;
        }
        catch (error) {
            return (0,errors/* toError */.i)(error);
        }
    };
    const obstacle = async (targets) => {
        for (const target of targets)
            shown.delete((0,providers_target/* targetKey */.hD)(target));
        const failure = await refresh(targets, OLDEST_AT_WRITE_MS);
        return failure?.message ?? watch.obstacle(targets.flatMap(numbersOf));
    };
    const observe = async (targets) => {
        const expected = targets.filter((target) => !shown.has((0,providers_target/* targetKey */.hD)(target)));
        const [observations] = await Promise.all([provider.observe(targets), refresh(expected, OLDEST_AT_OBSERVATION_MS)]);
        const differs = (target, index) => {
            const observation = observations[index];
            return observation?.state === 'present' && shown.get((0,providers_target/* targetKey */.hD)(target)) !== stateText(observation.snapshot);
        };
        const inQuestion = new Set(targets.filter(differs));
        const error = await refresh([...inQuestion], OLDEST_AT_OBSERVATION_MS);
        return observations.map((observation, index) => {
            const target = targets[index];
            if (target === undefined || observation.state !== 'present' || !inQuestion.has(target))
                return observation;
            if (error !== undefined)
                return { state: 'unreadable', error };
            shown.set((0,providers_target/* targetKey */.hD)(target), stateText(observation.snapshot));
            return observation;
        });
    };
    const { bulk } = provider;
    return {
        ...provider,
        observe,
        act: async (target, ...rest) => {
            const problem = await obstacle([target]);
            return problem === undefined ? provider.act(target, ...rest) : { result: 'failed', problem };
        },
        ...(bulk === undefined
            ? {}
            : {
                bulk: {
                    ...bulk,
                    act: async (targets, ...rest) => (await obstacle(targets)) === undefined ? bulk.act(targets, ...rest) : undefined,
                },
            }),
    };
}
function stateText({ status, detail }) {
    return `${status} ${detail}`;
}

;// CONCATENATED MODULE: ./lib/run/usage-check.js


function watchUsage(provider, now, unusedForMs) {
    const { metering } = provider;
    const latest = new Map();
    let knownUntil = now();
    const askAgain = async (target, snapshot) => {
        const until = now();
        const question = { since: knownUntil - unusedForMs, until, knownUntil, words: 'since the plan was made' };
        const usage = await metering?.usage(target, snapshot, question);
        if (usage !== undefined)
            latest.set((0,providers_target/* targetKey */.hD)(target), usage);
    };
    return {
        async ofPlan({ target, snapshot }, since, until) {
            knownUntil = until;
            const words = `in the last ${spanInWords(until - since)}`;
            const usage = await metering?.usage(target, snapshot, { since, until, words });
            return usage ?? { kind: 'unknown', reason: 'its use cannot be read' };
        },
        provider: {
            ...provider,
            async observe(targets) {
                for (const target of targets)
                    latest.delete((0,providers_target/* targetKey */.hD)(target));
                const observations = await provider.observe(targets);
                await Promise.all(targets.map(async (target, index) => {
                    const observation = observations[index];
                    if (observation?.state === 'present')
                        await askAgain(target, observation.snapshot);
                }));
                return observations;
            },
        },
        obstacle(target) {
            const usage = latest.get((0,providers_target/* targetKey */.hD)(target));
            return usage?.kind === 'unused' ? undefined : (usage?.reason ?? 'its use was not asked for');
        },
    };
}
function spanInWords(ms) {
    return ms % format/* DAY_MS */.sO === 0 ? (0,format/* plural */.LS)(ms / format/* DAY_MS */.sO, 'day') : (0,format/* period */.iE)(ms);
}

;// CONCATENATED MODULE: ./lib/run/deletion.js

















async function deleteExactly(run, { targets, protect }) {
    const { ifNotFound, pullRequest } = run.inputs;
    const watch = watchPullRequests(run.runtime, run.inputs, run.limits);
    const numbers = pullRequest === 'closed' ? [] : [pullRequest];
    try {
        await watch.refresh(numbers, 0);
    }
    catch (error) {
        return notEverythingRead(run, error);
    }
    const veto = (now, target, _begun, policy) => watch.obstacle(numbers) ??
        protectedByName(now.name, protect) ??
        protectedWith(now, policy, run, protect) ??
        protectedInDoubt(target.id, namesOf(now, policy, run), protect);
    const meter = createMeter(run, targets[0]?.resource, { bill: false });
    let opened;
    try {
        opened = await openTargets(run, targets);
    }
    catch (error) {
        return notEverythingRead(run, error);
    }
    const checked = withCheck({ ...run, provider: meter.provider }, watch, () => numbers);
    const ending = tearDown(checked, { ...opened, veto });
    meter.open();
    meter.warnOfUse(targets);
    const { results, problems } = await ending;
    const failNotFound = (result) => ifNotFound === 'fail' && result.outcome === 'already-gone' && (0,providers_history/* snapshots */.ml)(result.history).length === 0
        ? { ...result, outcome: 'failed', reason: `${result.reason} ('if-not-found: fail')` }
        : result;
    const quota = await quotaAtEnd(run, targets[0]?.resource === 'resource-group');
    return meter.close({ results: results.map(failNotFound), problems, plan: undefined, ...quota });
}
async function openTargets({ provider, runtime: { clock, random }, limits: { stop } }, targets) {
    const { contents } = provider;
    if (contents === undefined)
        return { targets };
    const all = await rereadUnclear(() => contents(targets), { clock, random, stop });
    const opened = targets.map((target, index) => {
        const found = all[index];
        return { target, listed: found === undefined ? [] : [{ target, snapshot: found.snapshot }, ...found.inside] };
    });
    return {
        targets: opened.flatMap(({ target, listed }) => listed.length === 0 ? [target] : listed.map((each) => each.target)),
        contents: new Map(opened.map(({ target, listed }) => [(0,providers_target/* targetKey */.hD)(target), listed.slice(1).map((each) => (0,providers_target/* targetKey */.hD)(each.target))])),
        known: new Map(opened.flatMap(({ listed }) => listed.map(({ target, snapshot }) => [(0,providers_target/* targetKey */.hD)(target), snapshot]))),
    };
}
const QUOTA_MS = 3000;
async function quotaAtEnd({ provider, runtime: { clock, runner }, limits: { stop } }, isAsked) {
    if (!isAsked || provider.quota === undefined || stop.aborted)
        return {};
    const over = new AbortController();
    const until = AbortSignal.any([stop, over.signal]);
    const quota = await Promise.race([provider.quota(until), clock.sleep(QUOTA_MS, until)]);
    over.abort();
    if (quota === undefined || quota.length === 0)
        return {};
    runner.info(quotaText(quota));
    return { quota };
}
async function sweep(run, selection, providerClock) {
    const meter = createMeter(run, selection.criteria.resource, { bill: true });
    return meter.close(await sweepMetered(run, selection, providerClock, meter));
}
async function sweepMetered(run, selection, providerClock, meter) {
    const { runtime, inputs, limits, provider } = run;
    const { criteria } = selection;
    const watch = watchPullRequests(runtime, inputs, limits);
    const now = () => providerClock.at(runtime.clock.now());
    const use = criteria.unusedForMs === 0 ? undefined : watchUsage(provider, now, criteria.unusedForMs);
    const planned = await planRun(run, selection, { watch, use, providerClock, meter });
    if ('end' in planned)
        return { ...planned.end, ...(await quotaAtEnd(run, planned.end.plan !== undefined)) };
    const { plan, kept } = planned;
    const swept = sweptTargets(plan);
    const pullRequestsOf = new Map(plan.candidates.map(({ listed, pullRequests }) => [(0,providers_target/* targetKey */.hD)(listed.target), pullRequests]));
    const numbersOf = (target) => pullRequestsOf.get((0,providers_target/* targetKey */.hD)(target)) ?? [];
    const again = inputs.dryRun ? undefined : use;
    const veto = (now, target, begun, policy) => watch.obstacle(numbersOf(target)) ??
        changedSince(swept.get((0,providers_target/* targetKey */.hD)(target))?.snapshot ?? now, now, begun, criteria) ??
        again?.obstacle(target) ??
        protectedWith(now, policy, run, criteria.protect);
    const checked = withCheck({ ...run, provider: again?.provider ?? provider }, watch, numbersOf);
    const { results, problems } = await tearDown(checked, {
        targets: [...swept.values()].map(({ target }) => target),
        swept,
        contents: contentsOf(plan.candidates),
        isNamed: (name) => isNamed(name, criteria),
        veto,
    });
    return { results: [...results, ...kept], problems, plan, ...(await quotaAtEnd(run, true)) };
}
function withCheck(run, watch, numbersOf) {
    return run.inputs.dryRun ? run : { ...run, provider: checkingPullRequests(run.provider, watch, numbersOf) };
}
function protectedWith(now, policy, { provider }, protect) {
    return protectedCollateral(provider.collateral(now, policy), protect);
}
function namesOf(now, policy, { provider }) {
    const others = collateralNames(provider.collateral(now, policy));
    return now.name === undefined ? others : [now.name, ...others];
}
async function tearDown({ runtime: { clock, random, runner }, inputs, limits, provider }, { isNamed, ...what }) {
    if (what.targets.length === 0)
        return { results: [], problems: [] };
    const problems = [];
    runner.startGroup(inputs.dryRun ? 'Checking' : 'Deleting');
    try {
        const results = await teardown({
            ...what,
            provider,
            policy: {
                allow: inputs.allow,
                selected: new Set(what.targets.map(providers_target/* targetKey */.hD)),
                ...(isNamed === undefined ? {} : { isNamed }),
            },
            dryRun: inputs.dryRun,
            wait: inputs.wait,
            stop: limits.stop,
            stopReason: limits.reason,
            clock,
            random,
            progress: createProgress(runner, clock),
            onMistake(error) {
                runner.debug((0,internal_error/* framesOf */.kA)(error));
                problems.push((0,internal_error/* unexpected */.os)((0,errors/* messageOf */.b)(error)));
            },
        });
        return { results, problems };
    }
    finally {
        runner.endGroup();
    }
}

;// CONCATENATED MODULE: ./lib/github/comment.js


const COMMENT = object({ id: number(), node_id: string(), body: optional(nullable(string())) });
const COMMENTS = array(COMMENT);
const AUTHORSHIP = record(string(), nullable(object({ viewerDidAuthor: optional(dist_boolean()) })));
const LONGEST = 65_000;
async function upsertComment(github, place, section) {
    const mark = comment_hidden('undeploy', place.workflow, place.job);
    try {
        const found = await github.list('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
            issue_number: place.pullRequest,
        });
        const comments = parse(COMMENTS, found);
        const ours = await firstOwn(github, comments.filter(({ body }) => body?.startsWith(mark)));
        const body = withSection(ours?.body ?? mark, place.step, section);
        if (ours === undefined) {
            await github.post('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
                issue_number: place.pullRequest,
                body,
            });
        }
        else if (ours.body !== body) {
            await github.put('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { comment_id: ours.id, body });
        }
    }
    catch (error) {
        const doing = `commenting on pull request ${place.pullRequest}`;
        throw new Error(gitHubProblem(error, doing, 'pull-requests: write'), { cause: error });
    }
}
async function firstOwn(github, marked) {
    for (let from = 0; from < marked.length; from += comment_BATCH) {
        const group = marked.slice(from, from + comment_BATCH);
        const ids = group.map((_, index) => `$id${index}: ID!`).join(', ');
        const nodes = group.map((_, index) => `node${index}: node(id: $id${index}) { ... on IssueComment { viewerDidAuthor } }`);
        const variables = Object.fromEntries(group.map(({ node_id }, index) => [`id${index}`, node_id]));
        const authors = parse(AUTHORSHIP, await github.graphql(`query (${ids}) { ${nodes.join(' ')} }`, variables));
        const own = group.find((_, index) => authors[`node${index}`]?.viewerDidAuthor);
        if (own !== undefined)
            return own;
    }
    return undefined;
}
const comment_BATCH = 50;
function withSection(body, step, section) {
    const [open, close] = [comment_hidden('undeploy-step', step), comment_hidden('undeploy-end', step)];
    const own = `${open}\n${section}\n${close}`;
    const from = body.indexOf(open);
    const to = body.indexOf(close, from);
    const next = from < 0 || to < 0 ? `${body}\n${own}` : body.slice(0, from) + own + body.slice(to + close.length);
    return next.length > LONGEST ? `${body.slice(0, body.indexOf('-->') + 3)}\n${own}`.slice(0, LONGEST) : next;
}
function comment_hidden(...parts) {
    return `<!-- ${parts.map((part) => encodeURIComponent(part).replaceAll('-', '%2D')).join(' ')} -->`;
}

;// CONCATENATED MODULE: ./lib/github/own-commits.js


const REPOSITORY = nullable(object({ full_name: string() }));
const PULL = object({
    head: object({ ref: string(), sha: string(), repo: REPOSITORY }),
    base: object({ repo: REPOSITORY }),
});
const COMMITS = array(object({ sha: string() }));
async function ownCommits(github, pullRequest) {
    const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
    try {
        const { head, base } = parse(PULL, await github.get(route, { pull_number: pullRequest }));
        const commits = parse(COMMITS, await github.list(`${route}/commits`, { pull_number: pullRequest }));
        const isOurs = head.repo !== null && head.repo.full_name === base.repo?.full_name;
        return {
            refs: new Set([
                ...['head', 'merge'].map((end) => `refs/pull/${pullRequest}/${end}`),
                ...(isOurs ? [head.ref, `refs/heads/${head.ref}`] : []),
            ]),
            commits: new Set([head.sha, ...commits.map(({ sha }) => sha)]),
        };
    }
    catch (error) {
        const doing = `reading the commits of pull request ${pullRequest}`;
        throw new Error(gitHubProblem(error, doing, 'pull-requests: read'), { cause: error });
    }
}

;// CONCATENATED MODULE: ./lib/github/environment.js




const environment_DEPLOYMENT = object({
    id: number(),
    ref: string(),
    sha: string(),
    production_environment: optional(nullable(dist_boolean())),
});
const environment_DEPLOYMENTS = array(environment_DEPLOYMENT);
const ROUTE = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
const STATUSES = array(object({ state: string() }));
const AT_ONCE = 10;
async function deactivateEnvironment(github, { name, pullRequests }, runUrl) {
    const owners = await Promise.all(pullRequests.map((number) => ownCommits(github, number)));
    try {
        const found = parse(environment_DEPLOYMENTS, await github.list('GET /repos/{owner}/{repo}/deployments', { environment: name }));
        const own = found.filter((each) => owners.length === 0 || owners.some((owner) => belongs(each, owner)));
        const active = await activeOf(github, own);
        const refs = new Set(active.map(({ ref }) => ref));
        const wereInactive = own.length - active.length;
        if (owners.length === 0 && refs.size > 1)
            return { marked: 0, wereInactive, others: active.length, refs: [...refs] };
        const toMark = active.filter((each) => !isProduction(each, name));
        for (const { id } of toMark)
            await mark(github, id, runUrl);
        return { marked: toMark.length, wereInactive, others: found.length - wereInactive - toMark.length, refs: [] };
    }
    catch (error) {
        const doing = `marking the deployments of environment ${name} inactive`;
        throw new Error(gitHubProblem(error, doing, 'deployments: write'), { cause: error });
    }
}
function markedText(scope, result) {
    const { name, pullRequests } = scope;
    const { marked, wereInactive, others, refs } = result;
    const whose = pullRequests.length === 0 ? '' : ` of pull request ${pullRequests.join(', ')}`;
    const left = others === 0 ? '' : `; ${(0,format/* plural */.LS)(others, 'other')} not changed`;
    if (marked > 0) {
        const text = `Marked ${(0,format/* plural */.LS)(marked, 'deployment')} of the GitHub environment ${name} as inactive${left}`;
        return { text, isWarning: false };
    }
    if (refs.length > 0) {
        const text = `Marked 0 deployments of the GitHub environment ${name} as inactive: the active ones are of several refs (${refs.slice(0, 5).join(', ')}), and no pull request says which are meant. Name it in 'pull-request'`;
        return { text, isWarning: true };
    }
    if (wereInactive > 0) {
        const text = `The ${(0,format/* plural */.LS)(wereInactive, 'deployment')} of the GitHub environment ${name}${whose} had been inactive before${left}`;
        return { text, isWarning: false };
    }
    const why = others === 0
        ? `there are none; is the name in 'github-environment' misspelt?`
        : whose === ''
            ? `${(0,format/* plural */.LS)(others, 'deployment')} of it ${others === 1 ? 'is' : 'are'} of production`
            : `none of its ${(0,format/* plural */.LS)(others, 'deployment')} is${whose}, or it is of production`;
    return { text: `Marked 0 deployments of the GitHub environment ${name} as inactive: ${why}`, isWarning: true };
}
function isProduction({ production_environment }, environment) {
    return production_environment ?? environment === 'production';
}
function belongs({ ref, sha }, { refs, commits }) {
    return refs.has(ref) || commits.has(sha) || commits.has(ref);
}
async function activeOf(github, deployments) {
    const active = [];
    for (let from = 0; from < deployments.length; from += AT_ONCE) {
        const group = deployments.slice(from, from + AT_ONCE);
        const latest = await Promise.all(group.map(({ id }) => github.list(`GET ${ROUTE}`, { deployment_id: id })));
        active.push(...group.filter((_, index) => parse(STATUSES, latest[index])[0]?.state !== 'inactive'));
    }
    return active;
}
function mark(github, id, runUrl) {
    return github.put(`POST ${ROUTE}`, {
        deployment_id: id,
        state: 'inactive',
        log_url: runUrl,
        description: 'Undeploy: confirmed gone',
    });
}

;// CONCATENATED MODULE: ./lib/report/comment.js






const comment_MAX_BYTES = 20_000;
function commentOf(report, concerned, runUrl) {
    const shown = { ...report, results: concerned, plan: undefined };
    const sorted = worstFirst(concerned);
    const comment = createBoundedText(comment_MAX_BYTES);
    const dry = report.dryRun ? ', dry run: nothing was changed' : '';
    comment.add(`**${verdictSign(shown)} Undeploy: ${verdict(shown)}** (${report.provider ?? ''}${dry})\n`);
    const saved = (0,report_cost/* savings */.s1)(shown);
    if (saved !== '')
        comment.add(`\n${(0,markdown/* markdown */.wD)(saved)}\n`);
    for (const problem of report.problems)
        comment.add(`- ${(0,markdown/* markdown */.wD)(problem)}\n`);
    if (sorted.length > 0)
        comment.addTable(`\n${RESULT_HEAD}`, sorted.map(resultRow), '');
    const rest = comment.isCut() ? ` shows all ${(0,format/* plural */.LS)(sorted.length, 'target')}` : '';
    return `${comment.text()}\n[The run](${runUrl})${rest}`;
}

;// CONCATENATED MODULE: ./lib/run/feedback-plan.js


function commentPlaces(report, own) {
    const places = new Map();
    for (const [number, results] of resultsByPullRequest(report)) {
        const went = results.filter(({ outcome }) => outcome === 'deleted' || outcome === 'accepted');
        if (went.length > 0)
            places.set(number, results);
    }
    if (own !== undefined)
        places.set(own, report.results);
    return places;
}
function goneEnvironments(report, name, own) {
    if (report.problems.length > 0 || report.results.some(({ outcome }) => (0,report_status/* isFailure */.N6)(outcome)))
        return [];
    const byNumber = resultsByPullRequest(report);
    if (byNumber.size === 0 && own !== undefined)
        byNumber.set(own, [...report.results]);
    if (!name.includes('{pr}'))
        return isAllGone(report.results) ? [{ name, pullRequests: [...byNumber.keys()] }] : [];
    return [...byNumber].flatMap(([number, results]) => isAllGone(results) ? [{ name: name.replaceAll('{pr}', String(number)), pullRequests: [number] }] : []);
}
function whyNoEnvironment(report, name, own) {
    if (report.problems.length === 0 && report.results.length === 0)
        return 'there was nothing to delete';
    const isForNobody = name.includes('{pr}') && own === undefined && resultsByPullRequest(report).size === 0;
    if (isForNobody)
        return "no pull request is known for {pr}; name it in 'pull-request'";
    return report.problems.length === 0 && report.results.every(({ outcome }) => outcome === 'already-gone')
        ? 'nothing of it was found: it may have been deleted before, or an ID may be mistyped'
        : 'not everything is confirmed gone';
}
function isAllGone(results) {
    const isGone = results.every(({ outcome }) => outcome === 'deleted' || outcome === 'already-gone');
    return isGone && results.some(({ outcome }) => outcome === 'deleted');
}
function resultsByPullRequest({ plan, results }) {
    const numbers = new Map(plan?.candidates.map(({ listed, pullRequests }) => [(0,providers_target/* targetKey */.hD)(listed.target), pullRequests]));
    const byNumber = new Map();
    for (const result of results) {
        for (const number of numbers.get((0,providers_target/* targetKey */.hD)(result.target)) ?? []) {
            byNumber.set(number, [...(byNumber.get(number) ?? []), result]);
        }
    }
    return byNumber;
}

;// CONCATENATED MODULE: ./lib/run/github-feedback.js









const MAX_WARNINGS = 3;
const BUDGET_MS = 30_000;
async function tellGitHub(runtime, inputs, report) {
    const { comment, githubEnvironment } = inputs;
    if ((!comment && githubEnvironment === undefined) || runtime.cancelled.aborted)
        return;
    const { clock, cancelled, runner } = runtime;
    const budget = (0,lib_clock/* timeoutSignal */._)(clock, BUDGET_MS);
    const problems = [];
    const bestEffort = async (work) => {
        try {
            await work();
        }
        catch (error) {
            problems.push((0,errors/* messageOf */.b)(error));
        }
    };
    await bestEffort(async () => {
        const own = ownPullRequest(runtime, inputs, problems);
        const signal = AbortSignal.any([budget.signal, cancelled]);
        const github = await openGitHub(runtime, inputs, { deadline: clock.now() + BUDGET_MS, signal });
        const feedback = { runtime, report, github, own, bestEffort };
        if (comment)
            await writeComments(feedback);
        if (githubEnvironment !== undefined)
            await markEnvironments(feedback, githubEnvironment);
    });
    budget.cancel();
    warn(problems, runner);
}
function ownPullRequest({ env, readFile }, { pullRequest }, problems) {
    if (pullRequest !== 'closed')
        return pullRequest;
    const { numbers, problem } = pullRequestsOfEvent(env, readFile);
    if (problem !== undefined)
        problems.push(`${problem}. Name the pull request in 'pull-request'`);
    if (numbers.length > 1) {
        problems.push(`The run is for pull requests ${numbers.join(', ')}: name the one that is meant in 'pull-request'`);
    }
    return numbers.length === 1 ? numbers[0] : undefined;
}
async function writeComments({ runtime, report, github, own, bestEffort }) {
    const places = commentPlaces(report, own);
    if (places.size === 0)
        runtime.runner.info("'comment': there is no pull request to write to");
    for (const [pullRequest, results] of places) {
        const section = commentOf(report, results, runUrl(runtime));
        await bestEffort(() => upsertComment(github, { pullRequest, ...jobOf(runtime) }, section));
    }
}
async function markEnvironments({ runtime, report, github, own, bestEffort }, input) {
    const environments = goneEnvironments(report, input, own);
    if (environments.length === 0) {
        runtime.runner.info(`'github-environment': nothing is marked inactive, because ${whyNoEnvironment(report, input, own)}`);
    }
    for (const environment of environments) {
        await bestEffort(async () => {
            const { text, isWarning } = markedText(environment, await deactivateEnvironment(github, environment, runUrl(runtime)));
            if (isWarning)
                throw new Error(text);
            runtime.runner.info(text);
        });
    }
}
function warn(problems, runner) {
    for (const problem of problems.slice(0, MAX_WARNINGS))
        runner.warning(problem);
    const rest = problems.slice(MAX_WARNINGS);
    if (rest.length > 0)
        runner.warning(`and ${(0,format/* plural */.LS)(rest.length, 'more failure')} of this kind: ${rest.join('; ')}`);
}
function jobOf({ env }) {
    return {
        workflow: env['GITHUB_WORKFLOW'] ?? '',
        job: env['GITHUB_JOB'] ?? '',
        step: env['GITHUB_ACTION'] ?? '',
    };
}
function runUrl({ env }) {
    const server = env['GITHUB_SERVER_URL'] || 'https://github.com';
    return `${server}/${env['GITHUB_REPOSITORY'] ?? ''}/actions/runs/${env['GITHUB_RUN_ID'] ?? ''}`;
}

;// CONCATENATED MODULE: ./lib/run/provider-clock.js

const WORTH_TELLING_MS = 2 * 60_000;
function createProviderClock() {
    let earliest;
    return {
        heard({ method, status, serverTime, at, ms }) {
            if (method !== 'GET' || status === undefined || status < 200 || status > 299)
                return;
            const ahead = serverTime === undefined ? 0 : serverTime - (at + ms);
            earliest = Math.min(earliest ?? ahead, ahead);
        },
        at: (now) => now + (earliest ?? 0),
        notice() {
            const ahead = earliest ?? 0;
            if (Math.abs(ahead) <= WORTH_TELLING_MS)
                return undefined;
            const how = `${(0,format/* span */.Ln)(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'}`;
            return `The provider's clock is ${how} the runner's. Ages are measured by the provider's`;
        },
    };
}

;// CONCATENATED MODULE: ./lib/report/annotations.js



const MAX_ERRORS = 9;
const annotations_MAX_WARNINGS = 8;
function annotate(report, ifNotFound, runner) {
    annotations_spread(report.problems, 'problem', MAX_ERRORS, runner.error);
    annotations_spread(report.results.filter(({ outcome }) => (0,report_status/* isFailure */.N6)(outcome)).map(sentence), 'failure', MAX_ERRORS, runner.error);
    const missing = report.results.filter(({ outcome }) => outcome === 'already-gone');
    if (ifNotFound !== 'ignore')
        annotations_spread(missing.map(sentence), 'missing target', annotations_MAX_WARNINGS, runner.warning);
}
function sentence({ target, name, outcome, reason }) {
    return `${label(target, name)}: ${outcome}: ${reason}`;
}
function annotations_spread(texts, noun, most, say) {
    for (const text of texts.slice(0, most))
        say(text);
    const rest = texts.slice(most);
    if (rest.length > 0)
        say(`and ${(0,format/* plural */.LS)(rest.length, `more ${noun}`)}: ${rest.join('; ')}`);
}

;// CONCATENATED MODULE: ./lib/report/report-file.js






const PIECE = 65_536;
function* reportFile(report, version) {
    let piece = '';
    for (const line of linesOf(report, version)) {
        piece += line;
        if (piece.length < PIECE)
            continue;
        yield piece;
        piece = '';
    }
    yield piece;
}
function* linesOf(report, version) {
    const head = {
        action: `undeploy ${version}`,
        provider: report.provider ?? null,
        status: (0,report_status/* stepStatus */.FY)(report),
        dryRun: report.dryRun,
        startedAt: time(report.startedAt),
        endedAt: time(report.endedAt),
        problems: report.problems,
    };
    yield `${(0,report_outputs/* json */.Pq)(head).slice(0, -1)},"targets":[`;
    for (const [index, result] of report.results.entries()) {
        const row = {
            ...(0,report_outputs/* resultObject */.pp)(result, report),
            plan: result.plan ?? null,
            steps: stepsOf(result.history).map(({ at, ...step }) => ({ at: time(at), ...step })),
        };
        yield `${index === 0 ? '' : ','}\n${(0,report_outputs/* rowJson */.T9)(row)}`;
    }
    yield '\n],"plan":[';
    for (const [index, candidate] of (report.plan?.candidates ?? []).entries()) {
        yield `${index === 0 ? '' : ','}\n${(0,report_outputs/* json */.Pq)(planRow(candidate))}`;
    }
    yield '\n]}\n';
}
function planRow({ listed: { target, snapshot }, class: verdict, reason, ageMs, cost }) {
    const spent = cost?.spent;
    return {
        resource: target.resource,
        id: target.id,
        modelId: target.parent ?? null,
        resourceGroup: (0,providers_target/* resourceGroupOf */.Tp)(target) ?? null,
        name: snapshot.name ?? null,
        status: snapshot.status === '' ? null : snapshot.status,
        createdAt: snapshot.createdAt === undefined ? null : time(snapshot.createdAt),
        ageMs: ageMs ?? null,
        labels: snapshot.labels ?? null,
        costPerHour: (0,report_cost/* costNumber */.TL)(cost),
        costOf31Days: spent?.cost === undefined ? null : (0,money/* usdNumber */.YO)(spent.cost),
        requestsIn31Days: spent?.requests ?? null,
        class: verdict,
        reason,
    };
}
function time(ms) {
    return new Date(ms).toISOString();
}

;// CONCATENATED MODULE: ./lib/run/publish.js










async function publish(runtime, report, options) {
    const { runner } = runtime;
    const path = await writeReport(runtime, report);
    annotate(report, options.ifNotFound, runner);
    const { outputs, cut } = (0,report_outputs/* outputsOf */.Yz)(report, path);
    if (cut) {
        const where = path === '' ? '' : `; ${path} has everything`;
        runner.warning(`The outputs would exceed GitHub's limit, so some are incomplete${where}`);
    }
    const written = writeOutputs(runtime, Object.entries(outputs));
    if (options.summary)
        await runner.summary(summaryOf(report, path));
    const saved = (0,report_cost/* stoppedPhrase */.FZ)(report);
    const stops = saved === '' ? '' : `, which ${saved}`;
    const took = (0,format/* span */.Ln)(report.endedAt - report.startedAt);
    runner.info(`Undeploy: ${verdict(report)}${(0,report_status/* isNotBegun */.zy)(report) || report.deferred ? ` (${took})` : ` in ${took}`}${stops}`);
    return written;
}
function writeOutputs({ runner }, outputs) {
    try {
        for (const [name, value] of outputs)
            runner.output(name, value);
        return true;
    }
    catch (error) {
        runner.error(`The outputs could not be written: ${(0,errors/* messageOf */.b)(error)}`);
        return false;
    }
}
async function writeReport(runtime, report) {
    try {
        const pieces = reportFile(report, VERSION).map(runtime.secrets.redact);
        return await runtime.writeFile(`undeploy-${(0,external_node_crypto_namespaceObject.randomUUID)()}.json`, pieces);
    }
    catch (error) {
        runtime.runner.warning(`The report file could not be written: ${(0,errors/* messageOf */.b)(error)}`);
        return '';
    }
}

;// CONCATENATED MODULE: ./lib/run/run.js



















async function run(runtime, phase, providers = PROVIDERS) {
    const startedAt = runtime.clock.now();
    let reading;
    try {
        reading = readInputs({ env: runtime.env, now: startedAt, readFile: runtime.readFile }, providers);
    }
    catch (error) {
        return fail(runtime, undefined, startedAt, error, error instanceof Error ? error.name : 'unknown error');
    }
    for (const secret of reading.secrets)
        runtime.secrets.add(secret);
    const { result } = reading;
    const inputs = result.ok ? result.inputs : undefined;
    try {
        if (!result.ok)
            return await report(runtime, undefined, startedAt, {
                ...run_NOTHING,
                problems: result.mistakes,
                headline: 'the inputs are wrong',
            });
        return await carryOut(runtime, result.inputs, phase, startedAt);
    }
    catch (error) {
        return fail(runtime, inputs, startedAt, error, (0,errors/* messageOf */.b)(error));
    }
}
async function carryOut(runtime, inputs, phase, startedAt) {
    const { timeoutMs } = inputs;
    announce(runtime, inputs, timeoutMs);
    if (inputs.defer && phase === 'step')
        return defer(runtime, inputs, startedAt);
    const limits = createLimits(runtime.clock, runtime.cancelled, startedAt + timeoutMs);
    try {
        const providerClock = createProviderClock();
        const provider = connectProvider(runtime, inputs.provider, limits, providerClock.heard);
        const { selection } = inputs;
        const done = await provider.use((provider) => selection.kind === 'exact'
            ? deleteExactly({ runtime, inputs, limits, provider }, selection)
            : sweep({ runtime, inputs, limits, provider }, selection, providerClock));
        return await report(runtime, inputs, startedAt, done);
    }
    finally {
        limits.done();
    }
}
const run_OUR_WORDS = new Set(['outcome', 'type', 'verb', 'result', 'class', 'resource']);
const run_NOTHING = { results: [], problems: [], plan: undefined };
async function defer(runtime, inputs, startedAt) {
    try {
        runtime.runner.saveState(runner/* DEFERRED */.Cl, 'true');
    }
    catch (error) {
        const problem = `Nothing was deferred or deleted: the runner could not save the state for the end of the job (${(0,errors/* messageOf */.b)(error)})`;
        return report(runtime, inputs, startedAt, { ...run_NOTHING, problems: [problem] });
    }
    runtime.runner.info('Deferred: the deletion starts when the job ends, whatever its result');
    const targets = inputs.selection.kind === 'exact' ? inputs.selection.targets : [];
    const results = targets.map((target) => ({
        target,
        outcome: 'planned',
        reason: 'will be deleted when the job ends',
        history: [],
        startedAt,
        endedAt: startedAt,
    }));
    return report(runtime, inputs, startedAt, { ...run_NOTHING, results, deferred: true });
}
function announce({ runner, env, readFile }, inputs, timeoutMs) {
    for (const notice of inputs.notices)
        runner.notice(notice);
    for (const warning of inputs.warnings)
        runner.warning(warning);
    const isForPullRequest = inputs.pullRequest !== 'closed' || pullRequestsOfEvent(env, readFile).numbers.length > 0;
    if (inputs.selection.kind === 'sweep' && isForPullRequest) {
        for (const notice of loosePrefixes(inputs.selection.criteria))
            runner.notice(notice);
    }
    const mode = inputs.dryRun ? 'Dry run, nothing will be changed. ' : '';
    const where = placesOf(inputs).join(', ');
    const what = selectionText(inputs).join(', ');
    runner.info(`Undeploy ${VERSION}. ${mode}${where}: ${what} (timeout ${(0,format/* span */.Ln)(timeoutMs)})`);
}
async function report(runtime, inputs, startedAt, done) {
    const { ifNotFound = 'warn', summary = true, dryRun = false } = inputs ?? {};
    const endedAt = runtime.clock.now();
    const told = withInternalError(runtime, {
        provider: inputs?.provider.definition.name,
        scope: inputs === undefined ? [] : [...placesOf(inputs), ...selectionText(inputs)],
        dryRun,
        startedAt,
        endedAt,
        ...done,
    });
    const whole = (0,redaction/* redacted */.p)(told, runtime.secrets.redact, { except: run_OUR_WORDS });
    try {
        const published = await publish(runtime, whole, { ifNotFound, summary });
        if (inputs !== undefined && !whole.deferred)
            await tellGitHub(runtime, inputs, whole);
        return published && (0,report_status/* isDone */.$L)(whole);
    }
    catch (error) {
        return publishOutputsOnly(runtime, whole, error, (0,errors/* messageOf */.b)(error));
    }
}
function withInternalError({ cancelled }, report) {
    if (!(cancelled.reason instanceof internal_error/* InternalError */.Gd))
        return report;
    cancelled.reason.isReported = true;
    const { brokenOff: _, ...rest } = report;
    return { ...rest, problems: [...report.problems, cancelled.reason.message] };
}
async function fail(runtime, inputs, startedAt, error, what) {
    runtime.runner.debug((0,internal_error/* framesOf */.kA)(error));
    return report(runtime, inputs, startedAt, { ...run_NOTHING, problems: [(0,internal_error/* unexpected */.os)(what)] });
}
function publishOutputsOnly({ runner }, report, error, what) {
    runner.debug((0,internal_error/* framesOf */.kA)(error));
    const problem = (0,internal_error/* unexpected */.os)(what);
    runner.error(problem);
    const { outputs } = (0,report_outputs/* outputsOf */.Yz)({ ...report, problems: [...report.problems, problem] }, '');
    for (const [name, value] of Object.entries(outputs))
        runner.output(name, value);
    return false;
}


/***/ }),

/***/ 371:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Cl: () => (/* binding */ DEFERRED),
  OA: () => (/* binding */ githubRunner),
  dK: () => (/* binding */ mask)
});

;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}
function issue(name, message = '') {
    issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
;// CONCATENATED MODULE: external "fs"
const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_namespaceObject.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_namespaceObject.appendFileSync(filePath, `${toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
        encoding: 'utf8'
    });
}
function prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_namespaceObject.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return __awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_namespaceObject.constants.R_OK | external_fs_namespaceObject.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return __awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return __awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_namespaceObject.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = (/* unused pure expression or super */ null && (_summary));
const summary = _summary;
//# sourceMappingURL=summary.js.map
// EXTERNAL MODULE: ./lib/lib/errors.js
var errors = __nccwpck_require__(892);
;// CONCATENATED MODULE: ./lib/runner/log-line.js
const LONGEST_LINE = 4000;
function logLine(text) {
    const flat = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
    const tame = flat.replaceAll('##[', '# #[').replace(/^(\s*):(?=:)/, '$1: ');
    return tame.length > LONGEST_LINE ? `${tame.slice(0, LONGEST_LINE)}…` : tame;
}

;// CONCATENATED MODULE: ./lib/runner/runner.js





const DEFERRED = 'deferred';
function githubRunner(secrets, env) {
    const line = (text) => logLine(secrets.redact(text));
    const keep = (file, command, name, value) => {
        if (env[`GITHUB_${file}`])
            issueFileCommand(file, prepareKeyValueMessage(name, value));
        else
            issueCommand(command, { name }, value);
    };
    return {
        info: (text) => void process.stdout.write(`${line(text)}\n`),
        debug: (text) => issue('debug', line(text)),
        notice: (text) => issue('notice', line(text)),
        warning: (text) => issue('warning', line(text)),
        error: (text) => issue('error', line(text)),
        startGroup: (title) => issue('group', line(title)),
        endGroup: () => issue('endgroup'),
        output: (name, value) => keep('OUTPUT', 'set-output', name, secrets.redact(value)),
        saveState: (name, value) => keep('STATE', 'save-state', name, value),
        async summary(markdown) {
            if (!env['GITHUB_STEP_SUMMARY'])
                return;
            try {
                await summary.addRaw(secrets.redact(markdown)).write();
            }
            catch (error) {
                issue('warning', line(`The job summary could not be written: ${(0,errors/* messageOf */.b)(error)}`));
            }
        },
    };
}
function mask(secret) {
    issue('add-mask', secret);
}


/***/ }),

/***/ 811:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ createSecrets)
/* harmony export */ });
/* harmony import */ var _lib_markdown_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(890);
/* harmony import */ var _lib_redaction_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(214);


const SHORTEST = 6;
function createSecrets(mask) {
    const forms = new Set();
    let longestFirst = [];
    let beginnings;
    return {
        add(secret) {
            if (secret === '')
                return;
            for (const line of secret.split(/\r?\n/).map((line) => line.trim()))
                if (line.length >= SHORTEST)
                    mask(line);
            if (secret.length < SHORTEST)
                mask(secret);
            else
                for (const form of formsOf(secret))
                    forms.add(form);
            longestFirst = [...forms].sort((a, b) => b.length - a.length);
            beginnings = beginningsOf(longestFirst);
        },
        redact: (text) => beginnings?.test(text) === true ? longestFirst.reduce((rest, form) => rest.replaceAll(form, _lib_redaction_js__WEBPACK_IMPORTED_MODULE_0__/* .MASK */ .v), text) : text,
    };
}
function beginningsOf(forms) {
    const beginnings = new Set(forms.map((form) => form.slice(0, SHORTEST)));
    return beginnings.size === 0 ? undefined : new RegExp([...beginnings].map((text) => RegExp.escape(text)).join('|'));
}
function formsOf(secret) {
    const bytes = Buffer.from(secret, 'utf8');
    const whole = secret.toWellFormed();
    const quoted = JSON.stringify(secret).slice(1, -1);
    const encoded = [
        secret,
        quoted,
        quoted.replaceAll('/', '\\/'),
        JSON.stringify(quoted).slice(1, -1),
        quoted.replace(/[<>&\u007f-\uffff]/g, unicodeEscape),
        ...[/./gs, /[^\w]/g].flatMap((which) => escapings(secret, which)),
        encodeURIComponent(whole),
        encodeURIComponent(encodeURIComponent(whole)),
        new URLSearchParams({ s: secret }).toString().slice(2),
        ...['&#x27;', '&#39;', '&apos;'].map((quote) => secret.replace(/[&<>"']/g, (character) => (character === "'" ? quote : (HTML[character] ?? character)))),
        secret.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
        bytes.toString('hex'),
        bytes.toString('hex').toUpperCase(),
        ...base64Forms(bytes),
    ];
    const anyCase = encoded.flatMap((form) => [form, form.replace(/%(25)?[0-9A-F]{2}/g, (it) => it.toLowerCase())]);
    const anyDepth = new Set(anyCase.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]));
    const shown = [...anyDepth].flatMap((form) => [form, ...(0,_lib_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .markdownForms */ .T2)(form)]);
    return shown.filter((form) => form.length >= SHORTEST);
}
function base64Forms(bytes) {
    const alone = bytes.toString('base64').replace(/=+$/, '');
    const within = [0, 1, 2].map((before) => {
        const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
        return text.replace(/.?=+$/, '').slice(before === 0 ? 0 : before + 1);
    });
    return [alone, ...within].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}
const HTML = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
function escapings(secret, which) {
    const hex = (character) => character.charCodeAt(0).toString(16);
    return [
        secret.replace(which, unicodeEscape),
        secret.replace(which, (character) => unicodeEscape(character).toUpperCase().replace('\\U', '\\u')),
        secret.replace(which, (character) => `&#${character.charCodeAt(0)};`),
        secret.replace(which, (character) => `&#x${hex(character)};`),
        secret.replace(which, (character) => `&#x${hex(character).toUpperCase()};`),
        secret.replace(which, (character) => `&#x${hex(character).padStart(4, '0')};`),
    ];
}
function unicodeEscape(character) {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}


/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(691);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
