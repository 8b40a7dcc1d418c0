// How wide the characters of DejaVu Sans and DejaVu Sans Bold are: the font that files are drawn with.

/** Runs of code points; two base-36 digits each, thousandths of the font size. Read from the font's hmtx and cmap tables. */
const WIDTHS: readonly { readonly from: number; readonly regular: string; readonly bold: string }[] = [
  {
    from: 0x20,
    regular:
      '8ub5csnahoqelo7nauaudwna8ua18u9dhohohohohohohohohoho9d9dnananaerrsj0j2jelehkfzljkw8787i8fhnzkslv' +
      'grlvjbhngzkcj0rhj1gzj1au9daunadwdwh1hnfahnh39shnhm7q7qg37qr2hmh0hnhnbfehawhmggmqggggelho9dhona',
    bold:
      '9ocoehnajcruo88icpcpejnaakbjaka5jcjcjcjcjcjcjcjcjcjcb4b4nananag4rslil6ken2izizmtn9acacljhprnn9nm' +
      'kdnmlek0iymkliunlfk4k5cpa5cpnadwdwirjwghjwiuc3jwjs9j9jih9jsyjsj3jwjwdpgjdajsi4pohxi4g6jsa5jsna'
  },
  {
    from: 0xa0,
    regular:
      '8ub5hohohoho9ddwdwrsd3h0naa1rsdwdwnab5b5dwhoho8udwb5d3h0qxqxqxerj0j0j0j0j0j0r2jehkhkhkhk87878787' +
      'ljkslvlvlvlvlvnalvkckckckcgzgthih1h1h1h1h1h1rafah3h3h3h37q7q7q7qh0hmh0h0h0h0h0nah0hmhmhmhmgghngg' +
      'j0h1j0h1j0h1jefajefajefajefalehnljhnhkh3hkh3hkh3hkh3hkh3ljhnljhnljhnljhnkwhmpgjb877q877q877q877q' +
      '877qgefg877qi8g3g3fh7qfh7qfhaffh9ifm7wkshmkshmkshmmlkshmlvh0lvh0lvh0tqsfjbbfjbbfjbbfhnehhnehhneh' +
      'hnehgzawgzawgzawkchmkchmkchmkchmkchmkchmrhmqgzgggzj1elj1elj1el9s',
    bold:
      '9ocojcjchojca5dwdwrsfohynabjrsdwdwnac6c6dwkghoakdwc6fohysrsrsrg4lilililililiu5keizizizizacacacac' +
      'nan9nmnmnmnmnmnanmmkmkmkmkk4kijziriririririrt4ghiuiuiuiu9j9j9j9jj3jsj3j3j3j3j3naj3jsjsjsjsi4jwi4' +
      'liirliirliirkeghkeghkeghkeghn2jwnajwiziuiziuiziuiziuiziumtjwmtjwmtjwmtjwn9jsr2lyac9jac9jac9jac9j' +
      'ac9jkoj2ac9jljihihhp9jhp9jhpdbhpfhhuabn9jsn9jsn9jsrbn9jsnmj3nmj3nmj3wfueledpledpledpk0gjk0gjk0gj' +
      'k0gjiydaiydaiydamkjsmkjsmkjsmkjsmkjsmkjsunpok4i4k4k5g6k5g6k5g6c3'
  },
  {
    from: 0x370,
    regular:
      'i6fsnyhz7q7qksi2gogodwf9faf99d87gogogogodwdwj88ukqo7bcgomlgomxmy9ej0j2fhj0hkj1kwlv87i8j0nzkshklv' +
      'kwgrgohkgzgzlvj1lvl887gzibf1hm9eg3ibhqggh0f1f4hmh09egdgghofjfih0gqhngbhmgqg3icg2icn99eg3h0g3n9i8' +
      'h2h7jfnejficn9iglvh0i0gbfzcqicico1hfpyn9l2ibm0h3j3gvlchdjfh0gzewighnfa7qlvh3h3gthnjenzi3hnjjjejj',
    bold:
      'jefpsen88e8en9jhgogodwghfaf9b4acgogogogoc9dwm5aknis1fngoorgor8ouaulil6hpliizk5n9nmacljlirnn9hknm' +
      'n9kdgoiziyk4nmlfnmnmack4j3fhjsauirj3jwixj3fhgfjsj3aujqhlkgixgfj3lzjwghlnhqirlqhxm2o5auirj3iro5lj' +
      'i3idkqr9kqm4o5konmj3keghizdqjiicpjhfudn9n4jwpskokdi2lxinkwjwiygekojwgh9jnmhxhwkijwkernkcjwjekeje'
  },
  {
    from: 0x400,
    regular:
      'hkhklugyjehn878787uet1lujqksgxkwj0j2j2gylphktxhtksksjqkwnzkwlvkwgrjegzgxnxj1lkj2tpuen5oij2jeu0jb' +
      'h1h5gdelj7h3p1esi2i2gshrkyi6h0i6hnfag7ggnrggixgfpfq6jnlygdf9negqh3h3hdelf9eh7q7q7qp2oyi4gsi2ggi6',
    bold:
      'izizoehpkek0acacacw2veoempn9lfn9lil6l6hporizy0jqn9n9mpn3rnn9nmn9kdkeiylfrklfpsmgyb10uq3ssl6kewml' +
      'eirjehleimgiurng5jhjhivkcmpj7j3j7jwghg4i4rkhxklj3tiupkvp4hkghr0huiuiujueighgj9j9j9jrjqkkeivjhi4j' +
      '7'
  },
  {
    from: 0x2009,
    regular: '5k2s0000000000a1a1hodwrsrsdwdw8u8u8u8ueeeeeeeedwdwgege9aijrs8u',
    bold: '5k2s0000000000bjbjjcdwrsrsdwdwakakakaki9i9i9i9dwdwhrhr99ijrs9o'
  },
  {
    from: 0x202f,
    regular: '5k11a1c76baeeg6baeeg9fb4b4',
    bold: '5k1401gf7ccfhi7ccfhikdbgbg'
  },
  {
    from: 0x2070,
    regular: 'b54zgogob5b5b5b5b5b5eoeoeo6u6ub2b5b5b5b5b5b5b5b5b5b5eoeoeo6u6u',
    bold: 'c663gogoc6c6c6c6c6c6eoeoeo8080coc6c6c6c6c6c6c6c6c6c6eoeoeo8080'
  },
  {
    from: 0x20ac,
    regular: 'ho',
    bold: 'jc'
  },
  {
    from: 0x2190,
    regular: 'nananana',
    bold: 'nananana'
  },
  {
    from: 0x2212,
    regular: 'na',
    bold: 'na'
  },
  {
    from: 0x2260,
    regular: 'nananananana',
    bold: 'nananananana'
  }
];

/** What the table does not hold: letters of other alphabets about so wide, wide scripts a full em, combining marks nothing. */
const OTHER = 0.62;
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uFF00-\uFF60]/u;
const NONE = /[\p{M}\p{Cf}]/u;

const tables = { regular: tableOf('regular'), bold: tableOf('bold') };

/** Width of a character as a share of the font size. */
export function dejavuShare(character: string, face: 'regular' | 'bold'): number {
  const known = tables[face].get(character);
  if (known !== undefined) {
    return known;
  }
  return NONE.test(character) ? 0 : WIDE.test(character) ? 1 : OTHER;
}

function tableOf(face: 'regular' | 'bold'): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  for (const run of WIDTHS) {
    const digits = run[face];
    for (let i = 0; i < digits.length; i += 2) {
      table.set(String.fromCodePoint(run.from + i / 2), parseInt(digits.slice(i, i + 2), 36) / 1000);
    }
  }
  return table;
}
