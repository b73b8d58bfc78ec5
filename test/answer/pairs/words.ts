import { table } from "./table.ts";

/** Text, choices, dates, times of day, ratios. */
export const words = [
  ...table(
    "math",
    String.raw`
= \text{Evelyn} ~~ Evelyn
= \text{even} ~~ Even
= \text{(C)} ~~ C
= \text{(C)} ~~ (C)
= \textbf{(B)} ~~ \text{B}
= \text{east} ~~ East.
= \mathrm{Evelyn} ~~ \text{Evelyn}
= \text{no solution} ~~ No solution
= 3:4 ~~ 6:8
= 3:4 ~~ 3 : 4
= 3:4 ~~ \frac{3}{4}
= 3 to 4 ~~ 3:4
= 1:2:3 ~~ 2:4:6
= 3:30 p.m. ~~ 15:30
! \text{Evelyn} ~~ \text{Briana}
! east ~~ seat
! \text{even} ~~ \text{odd}
! \text{(C)} ~~ \text{(D)}
! cat ~~ act
! no ~~ on
! 3:4 ~~ 4:3
! 3:4 ~~ 3:5
! 1:2:3 ~~ 1:3:2
! \text{east} ~~ 5
! \text{Evelyn} ~~ x
`,
  ),
  ...table(
    "text",
    `
= Yes ~~ yes
= Yes ~~ Yes.
= True ~~ true
= the men's track team ~~ The men's track team
= men's track team ~~ The men’s track team
= a dog ~~ dog
= "No" ~~ No
= **No** ~~ No
= hello world ~~ Hello, world!
= hello  world ~~ hello world
= Step 2 ~~ step 2
= Mrs. Hilt ~~ Mrs Hilt
= ) ] } ~~ )]}
= > ] ~~ > ]
= Correct ~~ correct
= 8 ~~ 8.0
= 12/25/1937 ~~ December 25, 1937
= 12/25/1937 ~~ Dec 25 1937
= 12/25/1937 ~~ 25 December 1937
= 12/25/1937 ~~ 1937-12-25
= 12/25/1937 ~~ December 25th, 1937
= 01/04/1938 ~~ 1/4/1938
= February 3rd ~~ Feb 3
= February 3 ~~ the 3rd of February
= Friday, March 1, 2019 ~~ 03/01/2019
= 3:30 p.m. ~~ 3:30 PM
= 3:30 pm ~~ 15:30
= 3:30 ~~ 3:30 pm
= 9:43 ~~ 09:43
= 12:00 pm ~~ noon
= 12 am ~~ midnight
= 4 p.m. ~~ 4:00 pm
= 12:15 a.m. ~~ 0:15
! Yes ~~ No
! True ~~ False
! Correct ~~ Incorrect
! Answerable ~~ Unanswerable
! Step 2 ~~ Step 3
! hello world ~~ world hello
! men's team ~~ women's team
! John ~~ Jim
! ) ] } ~~ ) } ]
! > ] ~~ > >
! 12/25/1937 ~~ 12/26/1937
! 12/25/1937 ~~ 12/25/1938
! 01/04/1938 ~~ 04/01/1938
! February 3 ~~ March 3
! 3:30 pm ~~ 3:30 am
! 3:30 ~~ 3:31
! 3:45 ~~ 15:45:10
! 15:30 ~~ 3:30 am
! noon ~~ midnight
! 12/25/1937 ~~ 12
? 4:10 ~~ 2:05
`,
  ),
  ...table(
    "choice",
    String.raw`
= B ~~ (B)
= B ~~ B.
= B ~~ B)
= b ~~ B
= (b) ~~ B
= \text{(B)} ~~ B
= \textbf{B} ~~ (B)
= Option B ~~ B
= The correct option is B ~~ (B)
= **B** ~~ B
= B) 12/25/1937 ~~ (B)
= (B) 12/25/1937 ~~ B
= B: Paris ~~ B
= $\boxed{B}$ ~~ B
= \boxed{\text{B}} ~~ B
! A ~~ B
! (A) ~~ (B)
! A dog ~~ A
! B ~~ Beta
! B ~~ C
! I think so ~~ I
! (A) x ~~ (B) x
! D ~~ 4
`,
  ),
];
