// How wide the characters of DejaVu Sans and DejaVu Sans Bold are: the font that files are drawn with.

/** Runs of code points; two base-36 digits each, in 600ths of the font size. Read from the font's hmtx and cmap tables. */
const WIDTHS: readonly { readonly from: number; readonly regular: string; readonly bold: string }[] = [
  {
    from: 0x20,
    regular:
      '5b6p7odzamfud04l6i6i8cdz5b615b5mamamamamamamamamamam5m5mdzdzdz8ugobebgbncuaj9lcxcj4x4xax9aeechd4' +
      'a2d4blala7c7beghbfa7bf6i5m6idz8c8ca8al96ala95valak4n4n9n4ng8aka7alal6v8p6jak9vdn9v9v8ram5mamdz',
    bold:
      '5t7m8pdzblgpej547m7m8qdz6c6x6c63blblblblblblblblblbl6o6odzdzdz9ogocwcpc8dubebedody6767cxamgldye6' +
      'c8e6cuc0bddjcwiecvc2c37m637mdz8c8cb9bx9wbxbb79bxbv5q5qb35qhdbvbgbxbx889x7zbvavfearav9pbv63bvdz'
  },
  {
    from: 0xa0,
    regular:
      '5b6pamamamam5m8c8cgo7va7dz61go8c8cdz6p6p8camam5b8c6p7va7g6g6g68ubebebebebebeg8bnajajajaj4x4x4x4x' +
      'cxchd4d4d4d4d4dzd4c7c7c7c7a7a3aia8a8a8a8a8a8gd96a9a9a9a94n4n4n4na7aka7a7a7a7a7dza7akakakak9val9v' +
      'bea8bea8bea8bn96bn96bn96bn96cualcxalaja9aja9aja9aja9aja9cxalcxalcxalcxalcjakfabl4x4n4x4n4x4n4x4n' +
      '4x4n9u994x4nax9n9n9a4n9a4n9a699a5p9d4rchakchakchakdkchakd4a7d4a7d4a7huh2bl6vbl6vbl6val8pal8pal8p' +
      'al8pa76ja76ja76jc7akc7akc7akc7akc7akc7akghdna79va7bf8rbf8rbf8r5v',
    bold:
      '5t7mblblambl638c8cgo9easdz6xgo8c8cdz7b7b8ccaam6c8c7b9eash9h9h99ocwcwcwcwcwcwi3c8bebebebe67676767' +
      'dzdye6e6e6e6e6dze6djdjdjdjc2cbc0b9b9b9b9b9b9hh9wbbbbbbbb5q5q5q5qbgbvbgbgbgbgbgdzbgbvbvbvbvavbxav' +
      'cwb9cwb9cwb9c89wc89wc89wc89wdubxdzbxbebbbebbbebbbebbbebbdobxdobxdobxdobxdybvg8d6675q675q675q675q' +
      '675qcebf675qcxb3b3am5qam5qam80am9aap67dybvdybvdybvgedybve6bge6bge6bgjgi9cu88cu88cu88c09xc09xc09x' +
      'c09xbd7zbd7zbd7zdjbvdjbvdjbvdjbvdjbvdjbviefec2avc2c39pc39pc39p79'
  },
  {
    from: 0x370,
    regular:
      'ax9hedas4n4nchauaaaa8c9696965m4xaaaaaaaa8c8cbj5bcgej6taadkaadrdr5nbebg9abeajbfcjd44xaxbeeechajd4' +
      'cja2aaaja7a7d4bfd4cq4xa7b090ak5n9nb0an9va79092aka75n9u9vam9b9ba7a1al9saka19nb09nb0dy5n9na79ndyax' +
      'a9abbne1bnb0dyb2d4a7at9s9l7nb0b0efagfkdycnb0d7a9bga4ctafboa7a78yb2al964nd4a9a9a3albneeavalbqbnbq',
    bold:
      'bn9fh1dy5151dyboaaaa8c9w96966o67aaaaaaaa7d8cda6ce3gt9eaaeuaagcew6icwcpamcwbec3dye667cxcwgldyaje6' +
      'dyc8aabebdc2e6cve6e667c2bg9abv6ib9bgbxbdbg9a9ubvbg6ibuakcabd9ubgd7bx9wczanb9d1ard8eh6ib9bgb9ehcx' +
      'avb0cggdcgdaehcee6bgc89wbe88bpb0fbagi8dydvbxfhcec8aud5b7cjbxbd9ucebx9w5qe6araqcbbxc8glc7bxbnc8bn'
  },
  {
    from: 0x400,
    regular:
      'ajajd4a6bnal4x4x4xi8hfd4bucha6cjbebgbga6d1ajhyapchchbucjeecjd4cja2bna7a6edbfcybfhui8dwepbgbni0bl' +
      'a8aa9u8rbja9f18vauaua2anclawa7awal969q9ve99vbc9uf9fpbsd69u95e1a1a9a9af8r958p4n4n4nf1ezava2au9vaw',
    bold:
      'bebeenamc8c0676767j9iuendmdycvdycwcpcpameubekebudydydmdugldye6dyc8c8bdcvgjcvfhdhklm3fohacpc8jkcu' +
      'b9bnak8pdhbbgl9pbobobbc7dmbjbgbjbx9w9oavgjarcdbghpifcjf3aj9wg7apbbbbbw8p9w9x5q5q5qgjfyc9bbboavbj'
  },
  {
    from: 0x2009,
    regular: '3c1o00000000006161am8cgogo8c8c5b5b5b5b8n8n8n8n8c8c9u9u5lb4go5b',
    bold: '3c1o00000000006x6xbl8cgogo8c8c6c6c6c6cayayayay8c8canan5kb4go5t'
  },
  {
    from: 0x202f,
    regular: '3cmdsx3s688o3s688o5n6o6o',
    bold: '3co0vg4e7gai4e7gaic86v6v'
  },
  {
    from: 0x2070,
    regular: '6p2zaaaa6p6p6p6p6p6p8t8t8t43436n6p6p6p6p6p6p6p6p6p6p8t8t8t4343',
    bold: '7b3oaaaa7b7b7b7b7b7b8t8t8t4t4t7l7b7b7b7b7b7b7b7b7b7b8t8t8t4t4t'
  },
  {
    from: 0x20ac,
    regular: 'am',
    bold: 'bl'
  },
  {
    from: 0x2190,
    regular: 'dzdzdzdz',
    bold: 'dzdzdzdz'
  },
  {
    from: 0x2212,
    regular: 'dz',
    bold: 'dz'
  },
  {
    from: 0x2260,
    regular: 'dzdzdzdzdzdz',
    bold: 'dzdzdzdzdzdz'
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
      table.set(String.fromCodePoint(run.from + i / 2), parseInt(digits.slice(i, i + 2), 36) / 600);
    }
  }
  return table;
}
