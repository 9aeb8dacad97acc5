import assert from 'node:assert/strict';
import type { Device } from '../../../../src/api/objects.ts';
import { CelDevice } from '../../../../src/scheduler/plugins/dynamic-resources/cel/device-variable.ts';
import { compileSelector } from '../../../../src/scheduler/plugins/dynamic-resources/cel/environment.ts';
import { CelSemver } from '../../../../src/scheduler/plugins/dynamic-resources/cel/semver.ts';
import { testDevice } from '../../support/device-objects.ts';

const card = testDevice('card', {
  attributes: {
    model: 'LATEST-GPU-MODEL',
    index: 3,
    healthy: true,
    driverVersion: { version: '12.4.1' },
    'dra.example.com/zone': 'left',
    'resource-driver.example.com/color': 'black',
    'resource-driver.example.com/size': 'large',
  },
  capacity: { memory: '80Gi', 'dra.example.com/slots': '1500m' },
});

function says(expression: string, device: Device = card): unknown {
  return compileSelector(expression)(new CelDevice('gpu.example.com', device));
}

const yes = (expression: string): void => assert.equal(says(expression), true, expression);
const no = (expression: string): void => assert.equal(says(expression), false, expression);
const failsToRun = (expression: string, message: RegExp): void => {
  const ask = compileSelector(expression);
  assert.throws(() => ask(new CelDevice('gpu.example.com', card)), { message });
};
const failsToCompile = (expression: string, message: RegExp): void =>
  assert.throws(() => compileSelector(expression), { message }, expression);

describe('selectors of devices', () => {
  it("are written as Kubernetes' documentation writes them", () => {
    yes("device.driver == 'gpu.example.com'");
    yes(`device.attributes["resource-driver.example.com"].color == "black" &&
         device.attributes["resource-driver.example.com"].size == "large"`);
    no(`device.attributes["resource-driver.example.com"].color == "white" &&
        device.attributes["resource-driver.example.com"].size == "small"`);
    yes(`device.attributes["gpu.example.com"].model == "LATEST-GPU-MODEL"`);
    yes(`device.capacity["gpu.example.com"].memory.compareTo(quantity("64Gi")) >= 0`);
    no(`device.capacity["gpu.example.com"].memory.isLessThan(quantity("80Gi"))`);
    yes('cel.bind(dra, device.attributes["gpu.example.com"], dra.healthy && dra.index > 2)');
    yes('device.attributes["gpu.example.com"].driverVersion.isGreaterThan(semver("12.0.0"))');
  });

  it("find attributes without a domain under the driver's, and others under their own", () => {
    yes('device.attributes["gpu.example.com"].index == 3');
    yes('device.attributes["dra.example.com"].zone == "left"');
    yes('device.attributes["dra.example.com"]["zone"] in ["left", "right"]');
    yes('!("zone" in device.attributes["gpu.example.com"])');
    yes('device.capacity["dra.example.com"].slots == quantity("1.5")');
  });

  it('take a domain that is not there for an empty one, but an attribute that is not there for an error', () => {
    no('has(device.attributes["other.example.com"].model)');
    no('"other.example.com" in device.attributes');
    yes('"gpu.example.com" in device.attributes');
    failsToRun('device.attributes["other.example.com"].model == "a"', /No such key: model/);
    failsToRun('device.attributes["gpu.example.com"].mode == "a"', /No such key: mode/);
    yes('has(device.attributes["gpu.example.com"].mode) || true');
    no('has(device.attributes["gpu.example.com"].mode) && device.attributes["gpu.example.com"].mode == "a"');
  });

  it('have optionals, macros and the functions of strings', () => {
    yes('device.attributes["gpu.example.com"].?mode.orValue("none") == "none"');
    yes('device.attributes[?"other.example.com"].?model.hasValue() == false');
    yes('device.attributes["gpu.example.com"].model.startsWith("LATEST")');
    yes('device.attributes["gpu.example.com"].model.lowerAscii().matches("^latest-[a-z]+")');
    yes('device.attributes["gpu.example.com"].model.find("G.U") == "GPU"');
    yes('device.attributes["gpu.example.com"].model.findAll("[A-Z]+").size() == 3');
    yes('["a", device.attributes["dra.example.com"].zone].exists(z, z == "left")');
    yes('device.attributes.exists(domain, domain == "dra.example.com") && device.attributes.size() == 3');
    yes('"has(" + "x)" == "has(x)" && has(device.driver)');
    yes('r"has(\\d)" == "has(\\\\d)"');
  });

  it('compare quantities exactly and with arithmetic', () => {
    const memory = 'device.capacity["gpu.example.com"].memory';
    yes(`${memory} == quantity("81920Mi") && ${memory} != quantity("80G")`);
    yes(`${memory}.isInteger() && ${memory}.asInteger() == 85899345920`);
    yes(`${memory}.sub(quantity("80Gi")).sign() == 0 && ${memory}.add(1).isGreaterThan(${memory})`);
    yes('device.capacity["dra.example.com"].slots.asApproximateFloat() == 1.5');
    no('device.capacity["dra.example.com"].slots.isInteger()');
    failsToRun('device.capacity["dra.example.com"].slots.asInteger() == 1', /cannot convert value to integer/);
    yes('isQuantity("1Gi") && !isQuantity("1GiB")');
    failsToRun('quantity("1GiB") == quantity("1")', /quantity '1GiB' is invalid/);
  });

  it('tell types apart', () => {
    no('device.attributes["gpu.example.com"].index == "3"');
    yes('device.attributes["gpu.example.com"].index >= 2.5');
    failsToRun('device.attributes["gpu.example.com"].model > 3', /no such overload/);
    failsToCompile('device.drivers == "a"', /No such key/);
    failsToCompile('gpu.model == "a"', /Unknown variable/);
    failsToCompile('device.driver ==', /Unexpected token/);
    failsToCompile('device.driver', /must evaluate to bool or the unknown type, not string/);
    failsToCompile('device.driver + 1 == "a"', /no such overload/);
  });

  it('know that a device with a version that is none cannot be asked', () => {
    const device = testDevice('odd', { attributes: { v: { version: '1.2' } } });
    assert.throws(() => says('device.driver == "a"', device), { message: /parse semantic version: '1\.2' is none/ });
  });
});

describe('semantic versions', () => {
  const order = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.10',
    '1.2.0',
    '10.0.0',
  ];

  it('stand in the order of semver.org', () => {
    for (const [place, text] of order.entries()) {
      for (const [otherPlace, otherText] of order.entries()) {
        const [a, b] = [CelSemver.parse(text), CelSemver.parse(otherText)];
        assert.ok(a !== undefined && b !== undefined);
        assert.equal(Number(a.compareTo(b)), Math.sign(place - otherPlace), `${text} ${otherText}`);
      }
    }
  });

  it('do not count their build', () => {
    assert.equal(says('semver("1.0.0+a") == semver("1.0.0+b")'), true);
  });

  it('are strict, unless they are to be normalized', () => {
    for (const text of ['v1.0.0', '1.0', '01.0.0', '1.0.0-', '1.0.0-01', ''])
      assert.equal(CelSemver.parse(text), undefined, text);
    assert.equal(says('semver("v1", true) == semver("1.0.0") && semver("01.2", true).minor() == 2'), true);
    assert.equal(says('isSemver("1.2.3-rc.1") && !isSemver("v1.2.3") && isSemver("v1.2.3", true)'), true);
    assert.equal(says('semver("1.2.3").patch() == 3'), true);
    assert.throws(() => says('semver("1.2") == semver("1.2.0")'), { message: /'1\.2' is not a semantic version/ });
  });
});
