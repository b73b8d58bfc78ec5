import { table } from "./table.ts";

/** What other graders are recorded to get wrong. */
export const peers = [
  ...table(
    "math",
    String.raw`
! 50 ~~ 0.5
! 2025 ~~ 2025.1
! (0,1) ~~ [0,1]
! x<3 ~~ x<=3
= x<3 ~~ (-\infty,3)
= (-\infty,3) ~~ x<3
= 10\% ~~ 1/10
= 1½ ~~ 1.5
= 2/4 ~~ 1/2
= 5.0 ~~ 5
! \pi ~~ 3.14
! 0 ~~ 10^{-9}
! \sqrt{x^2} ~~ x
! 100 ~~ 1
! (3,4) ~~ (3,4,5)
! 5 cm ~~ 5 m
! x=5 ~~ y=5
= \left(\frac12,\infty\right) ~~ (1/2,\infty)
= \left[2,5\right) ~~ [2,5)
= \infty ~~ \left.\infty\right.
! x=0 ~~ x^2+1
! x^2-4=0 ~~ 0
= **73** ~~ $73$
= 12\ 345 ~~ 12345
= \frac{a+b}{2} ~~ \frac{a}{2}+\frac{b}{2}
= ab ~~ ba
= 5 \text{ ft} ~~ 5
= -\infty ~~ - \infty
! 10-3 ~~ -3
= 10-3 ~~ 7
= \text{ } 5 ~~ 5
= 5\,\text{cm} ~~ 5~\mathrm{cm}
= \$18.90 ~~ 18.90
= 18.90 ~~ 18.9
= 3\sqrt{13} ~~ 3 \sqrt{13}
= \text{Final: }7 ~~ \text{Final: } 7
! 4 ~~ 4,4
! 1,2,3 ~~ 1,2,4
`,
  ),
];
