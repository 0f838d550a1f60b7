import { join } from 'node:path';

export type Command = readonly [file: string, ...args: string[]];

/** What makes the system start the daemon, and the commands that go with it. */
export interface ServiceFiles {
  readonly path: string;
  readonly text: string;
  /** The text as it lies in the file. */
  readonly encoded: Buffer;
  readonly install: readonly Command[];
  readonly uninstall: readonly Command[];
  readonly status: Command;
}

export interface ServiceWanted {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly node: string;
  readonly program: string;
  /** Where the policy is looked for. */
  readonly folder: string;
  readonly arguments: readonly string[];
}

/** `undefined` where the platform's way is not known. */
export function serviceFor(platform: NodeJS.Platform, wanted: ServiceWanted): ServiceFiles | undefined {
  if (platform === 'linux') return systemd(wanted);
  if (platform === 'darwin') return launchd(wanted);
  if (platform === 'win32') return taskScheduler(wanted);
  return undefined;
}

const UNIT = 'exifence.service';

/** systemd.service(5), of the user's own manager. */
function systemd({ home, env, node, program, folder, arguments: args }: ServiceWanted): ServiceFiles {
  const text = `[Unit]
Description=Exifence: cleans pictures that land in folders
Documentation=man:systemd.service(5)
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
Type=notify
NotifyAccess=all
ExecStart=${[node, program, ...args].map(systemdWord).join(' ')}
WorkingDirectory=${systemdPath(folder)}
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2
TimeoutStartSec=infinity
TimeoutStopSec=30
WatchdogSec=60
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
SystemCallArchitectures=native
UMask=0077

[Install]
WantedBy=default.target
`;
  const config = env.XDG_CONFIG_HOME?.startsWith('/') === true ? env.XDG_CONFIG_HOME : join(home, '.config');
  return {
    path: join(config, 'systemd', 'user', UNIT),
    text,
    encoded: Buffer.from(text),
    install: [
      ['systemctl', '--user', 'daemon-reload'],
      ['systemctl', '--user', 'enable', '--now', UNIT],
    ],
    uninstall: [['systemctl', '--user', 'disable', '--now', UNIT]],
    status: ['systemctl', '--user', 'is-active', UNIT],
  };
}

/** In double quotes; `%` stands for specifiers, `$` for variables (systemd.service(5), "COMMAND LINES"). */
function systemdWord(word: string): string {
  return `"${word.replace(/[\\"]/g, '\\$&').replace(/%/g, '%%').replace(/\$/g, '$$$$').replace(/\n/g, '\\n').replace(/\t/g, '\\t')}"`;
}

/** A setting that is one path: taken as it stands but for specifiers. */
function systemdPath(path: string): string {
  return path.replace(/%/g, '%%');
}

const LABEL = 'org.exifence.watch';

/** launchd.plist(5), for the user's own session. */
function launchd({ home, node, program, folder, arguments: args }: ServiceWanted): ServiceFiles {
  const path = join(home, 'Library', 'LaunchAgents', `${LABEL}.plist`);
  const strings = [node, program, ...args].map((word) => `    <string>${xml(word)}</string>`).join('\n');
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${strings}
  </array>
  <key>WorkingDirectory</key>
  <string>${xml(folder)}</string>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>ProcessType</key>
  <string>Background</string>
  <key>LowPriorityIO</key>
  <true/>
</dict>
</plist>
`;
  return {
    path,
    text,
    encoded: Buffer.from(text),
    install: [['launchctl', 'load', '-w', path]],
    uninstall: [['launchctl', 'unload', '-w', path]],
    status: ['launchctl', 'list', LABEL],
  };
}

const TASK = 'Exifence';

/** Task Scheduler Schema 1.2 (MS-TSCH); the tool reads UTF-16. */
function taskScheduler({ home, env, node, program, folder, arguments: args }: ServiceWanted): ServiceFiles {
  const text = `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Exifence: cleans pictures that land in folders</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>8</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>5</Count>
    </RestartOnFailure>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xml(node)}</Command>
      <Arguments>${xml([program, ...args].map(windowsWord).join(' '))}</Arguments>
      <WorkingDirectory>${xml(folder)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`;
  const path = join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'exifence', 'service.xml');
  return {
    path,
    text,
    encoded: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]),
    install: [
      ['schtasks', '/Create', '/TN', TASK, '/XML', path, '/F'],
      ['schtasks', '/Run', '/TN', TASK],
    ],
    uninstall: [
      ['schtasks', '/End', '/TN', TASK],
      ['schtasks', '/Delete', '/TN', TASK, '/F'],
    ],
    status: ['schtasks', '/Query', '/TN', TASK, '/FO', 'LIST'],
  };
}

/** As `CommandLineToArgvW` takes words apart: backslashes count before a quote only. */
function windowsWord(word: string): string {
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

/** Control characters have no place in XML 1.0, and none in a path that is meant seriously. */
function xml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
