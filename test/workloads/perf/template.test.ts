import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputError } from '../../../src/api/index.ts';
import { compileTemplate, type TemplateData } from '../../../src/workloads/perf/template/index.ts';

const render = (text: string, data: TemplateData = { Index: 7, Count: 12 }): string =>
  compileTemplate('pod.yaml', text).render(data);

/** Text and what it renders to, each for Index 7 of 12. */
const examples: readonly (readonly [string, string])[] = [
  ['name: pod-{{.Index}}', 'name: pod-7'],
  ['name: pod-{{ .Index }}-of-{{ .Count }}', 'name: pod-7-of-12'],
  ['{{AddInt .Index 1}}', '8'],
  ['{{AddInt .Index 1 "2"}}', '10'],
  ['{{SubtractInt .Index 9}}', '-2'],
  ['{{MultiplyInt .Index 2 3}}', '42'],
  ['{{DivideInt .Index 5}}', '1'],
  ['{{DivideInt -7 5}}', '-1'],
  ['{{DivideFloat .Index 2}}', '3.5'],
  ['{{AddFloat .Index 0.25}}', '7.25'],
  ['{{SubtractFloat 1 0.75}}', '0.25'],
  ['{{MultiplyFloat 1.5 2}}', '3'],
  ['{{Mod .Index 5}}', '2'],
  ['{{Mod -7 5}}', '-2'],
  ['{{.Index | AddInt 1 | MultiplyInt 10}}', '80'],
  ['{{MultiplyInt (AddInt .Index 1) 2}}', '16'],
  ['{{if eq .Index 7}}seven{{else}}other{{end}}', 'seven'],
  ['{{if ne .Index 7}}a{{else if gt .Index 6}}b{{else}}c{{end}}', 'b'],
  ['{{if and (ge .Index 7) (le .Index 7) (lt 1 2)}}yes{{end}}', 'yes'],
  ['{{if or (eq .Index 1 2 3) (not true)}}yes{{else}}no{{end}}', 'no'],
  ['{{if eq (Mod .Index 2) 0}}even{{else}}odd{{end}}', 'odd'],
  ['{{printf "%03d-%s-%.2f%%" .Index "x" 1.5}}', '007-x-1.50%'],
  ['{{printf "%x|%5d|%-4d|%+d|%q" 255 .Index .Index .Index "a"}}', 'ff|    7|7   |+7|"a"'],
  [
    '{{printf "%X %o %b %e %g %.3g %t %v %.2s %06d" 255 8 5 1500.0 0.5 3.14159 true .Index "abc" -42}}',
    'FF 10 101 1.500000e+03 0.5 3.14 true 7 ab -00042',
  ],
  ['{{$half := DivideInt .Count 2}}{{$half}}/{{.Count}}', '6/12'],
  ['{{$n := 0}}{{range $i := 3}}{{$n = AddInt $n $i}}{{end}}{{$n}}', '3'],
  ['{{range 3}}<{{.}}>{{end}}', '<0><1><2>'],
  ['{{range $i, $e := .list}}{{$i}}={{$e}};{{else}}none{{end}}', 'none'],
  ['{{range 5}}{{if eq . 1}}{{continue}}{{end}}{{if eq . 3}}{{break}}{{end}}{{.}}{{end}}', '02'],
  ['{{with AddInt .Index 1}}{{.}} of {{$.Count}}{{end}}', '8 of 12'],
  ['{{or .missing 1}}', '1'],
  ['{{(or .missing 3) | Int}}', '3'],
  ['{{JSON .missing}}', 'null'],
  ['{{len "abc"}}{{print "a" 1 true}}', '3a1true'],
  ['a {{- /* a note */ -}} b', 'ab'],
  ['a{{/* a note with }} in it */}}b', 'ab'],
  ['a\n  {{- .Index -}}  \nb', 'a7b'],
  ['{{"}}"}}{{`{{`}}', '}}{{'],
  ["{{0x10}} {{1e3}} {{1_000}} {{.5}} {{'a'}}", '16 1000 1000 0.5 97'],
  ['{{"tab\\tquote\\" é\\u00e9"}}', 'tab\tquote" éé'],
  ['{{0.00001}} {{1e21}}', '1e-05 1e+21'],
];

describe('A text template', () => {
  for (const [text, expected] of examples) {
    it(`renders ${JSON.stringify(text)}`, () => assert.equal(render(text), expected));
  }

  it('reads lists and mappings that a workload gives as parameters', () => {
    const data = { Index: 0, Count: 1, zones: ['a', 'b'], sizes: { small: 1, large: 9 } };
    assert.equal(render('{{range $i, $z := .zones}}{{$i}}:{{$z}} {{end}}', data), '0:a 1:b ');
    assert.equal(render('{{range $k, $v := .sizes}}{{$k}}={{$v}} {{end}}', data), 'large=9 small=1 ');
    assert.equal(
      render('{{.sizes.large}} {{index .zones 1}} {{index .sizes "small"}} {{len .zones}}', data),
      '9 b 1 2',
    );
    assert.equal(render('{{JSON .zones}} {{.zones}} {{.sizes}}', data), '["a","b"] [a b] map[large:9 small:1]');
  });

  it('knows whether it is the same for every index', () => {
    assert.equal(compileTemplate('a', 'kind: Pod\n').isConstant, true);
    assert.equal(compileTemplate('a', 'kind: Pod\n{{/* a note */}}').isConstant, true);
    assert.equal(compileTemplate('a', 'name: pod-{{.Index}}').isConstant, false);
  });

  it('leaves text without braces as it is', () => {
    const plain = fc.string().filter((text) => !text.includes('{{'));
    fc.assert(fc.property(plain, (text) => assert.equal(render(text), text)));
  });

  it("computes with whole numbers as Go's truncation does", () => {
    const whole = fc.integer({ min: -100_000, max: 100_000 });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const text = `{{AddInt .a .b}} {{SubtractInt .a .b}} {{MultiplyInt .a .b}}`;
        const expected = [BigInt(a) + BigInt(b), BigInt(a) - BigInt(b), BigInt(a) * BigInt(b)];
        assert.equal(render(text, { a, b }), expected.join(' '));
        if (b === 0) return;
        assert.equal(
          render('{{DivideInt .a .b}} {{Mod .a .b}}', { a, b }),
          `${BigInt(a) / BigInt(b)} ${BigInt(a) % BigInt(b)}`,
        );
      }),
    );
  });
});

/** Text, and where and how it is refused. */
const mistakes: readonly (readonly [string, RegExp])[] = [
  ['kind: Pod\nname: {{.Index', /^pod\.yaml:2:7: the action that begins here is not closed/],
  ['a\nb: {{.Name}}', /^pod\.yaml:2:6: there is no value here \(allowed the template is given \.Index, \.Count\)/],
  ['{{Add .Index 1}}', /^pod\.yaml:1:3: unknown function 'Add' \(allowed AddInt, /],
  ['{{AddInt .Index "x"}}', /^pod\.yaml:1:3: "x" is not a number/],
  ['{{AddInt .Index .Missing}}', /^pod\.yaml:1:3: what is not there is not a number/],
  ['{{DivideInt 1 0}}', /^pod\.yaml:1:3: division by zero/],
  ['{{Mod .Index 0}}', /^pod\.yaml:1:3: Mod: division by zero/],
  ['{{SubtractInt 1}}', /^pod\.yaml:1:3: SubtractInt takes two numbers, not 1/],
  ['{{if .Index}}x', /^pod\.yaml:1:3: \{\{if\}\} has no \{\{end\}\}/],
  ['x{{end}}', /^pod\.yaml:1:4: \{\{end\}\} closes nothing/],
  ['{{if true}}a{{else}}b{{else}}c{{end}}', /^pod\.yaml:1:24: a second \{\{else\}\}/],
  ['{{}}', /^pod\.yaml:1:3: the action is empty/],
  ['{{template "other"}}', /^pod\.yaml:1:3: \{\{template\}\} is not supported/],
  ['{{break}}', /^pod\.yaml:1:3: \{\{break\}\} stands outside of a range/],
  ['{{.Index 1}}', /^pod\.yaml:1:3: only a function takes arguments/],
  ['{{1 | .Index}}', /^pod\.yaml:1:7: a value is piped into what is no function/],
  ['{{$x}}', /^pod\.yaml:1:3: variable \$x is not declared/],
  ['{{$x = 1}}', /variable \$x is not declared/],
  ['{{(AddInt 1 2}}', /^pod\.yaml:1:3: this bracket is not closed/],
  ['{{.Index | }}', /a value or a function is missing here/],
  ['{{.Index ; 2}}', /^pod\.yaml:1:10: unexpected ';' in an action/],
  ['{{.Index.Name}}', /\.Name is asked of what has no fields/],
  ['{{eq 1 "1"}}', /1 and "1" are of two types/],
  ['{{lt "a" 1}}', /lt takes two numbers or two texts/],
  ['{{printf "%d" 1.5}}', /%d takes a whole number, not 1\.5/],
  ['{{printf "%d"}}', /no argument for %d/],
  ['{{printf "%d" 1 2}}', /1 arguments too many/],
  ['{{range "abc"}}{{end}}', /range takes a list, a mapping or a whole number/],
  ['{{"\\z"}}', /unknown escape \\z/],
];

describe('A broken text template', () => {
  for (const [text, expected] of mistakes) {
    it(`is refused with its place: ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => render(text),
        (error) => error instanceof InputError && expected.test(error.message),
      );
    });
  }
});
