import { table } from "./table.ts";

/** Fractions, mixed numbers, decimals that repeat, scientific notation, percentages, units, bases. */
export const fractions = table(
  "math",
  String.raw`
= 1/2 ~~ 0.5
= a^{-1} ~~ 1/a
= 2/a ~~ \frac{2}{a}
= 2m^{-2} ~~ 2/m^2
! 2 ~~ 2/m
! 1/a ~~ 1
= \frac{1}{2} ~~ 1/2
= \frac12 ~~ \frac{1}{2}
= \dfrac{1}{2} ~~ \tfrac{1}{2}
= \frac 59 ~~ 5/9
= \frac{270}7 ~~ 270/7
= \frac65 ~~ 1.2
= 2/4 ~~ 1/2
= -\frac{3}{4} ~~ \frac{-3}{4}
= -\frac{3}{4} ~~ \frac{3}{-4}
= -3/4 ~~ -0.75
= \frac{6}{3} ~~ 2
= ½ ~~ 0.5
= 1½ ~~ 3/2
= 1\frac{1}{2} ~~ \frac{3}{2}
= 1 \frac12 ~~ 1.5
= 1 1/2 ~~ 3/2
= -2\frac{1}{4} ~~ -\frac{9}{4}
= 12 3/4 ~~ 12.75
= 0.\overline{3} ~~ \frac13
= 0.1\overline{6} ~~ \frac{1}{6}
= 0.\overline{142857} ~~ 1/7
= 0.333333 ~~ 1/3
= 0.333... ~~ \frac{1}{3}
= 0.1(6) ~~ 1/6
! 0.333... ~~ 0.333
= negative 5 ~~ -5
= 33\frac{1}{3}\% ~~ 1/3
= 3/4 cup ~~ 0.75 cups
= 0.666666667 ~~ \frac{2}{3}
= \frac{1/2}{3/4} ~~ \frac{2}{3}
= \frac{\frac{1}{2}}{3} ~~ \frac16
= -1./3 ~~ -1/3
= 1,234/2 ~~ 617
= 1e2 ~~ 100
= 1.5e3 ~~ 1500
= 1.6e7 ~~ 1.6 \times 10^{7}
= 1.6 × 10^7 ~~ 16000000
= 2.5\cdot 10^{-3} ~~ 0.0025
= 3*10^5 ~~ 300000
= 10^{-3} ~~ 0.001
= 4.5e33 ~~ 4.5 \times 10^{33}
= 1e-5 ~~ 0.00001
= .0000672 ~~ 6.72e-5
= 6.72 \times 10^{-5} ~~ 0.0000672
! 1/2 ~~ 1/3
! 1/3 ~~ 0.33
! 1/3 ~~ 0.3333
! 2/3 ~~ 0.66
! 2/3 ~~ 0.667
! 1\frac{1}{2} ~~ \frac{1}{2}
! 1 1/2 ~~ 11/2
! 0.\overline{3} ~~ 0.3
! 3/4 ~~ 4/3
! \frac{1}{2} ~~ -\frac{1}{2}
! 1e2 ~~ 1e3
! 1.6e7 ~~ 1.6e-7
! 10^{-3} ~~ 10^{3}
! 1.5 \times 10^{3} ~~ 1.5
! 10^{-9} ~~ 0
! 10^{-9} ~~ 2 \cdot 10^{-9}
= 10% ~~ 1/10
= 10\% ~~ 0.1
= 10\% ~~ \frac{1}{10}
= 50% ~~ 50 percent
= 50\% ~~ 50 \%
= 62.5% ~~ 0.625
= 62.5\% ~~ \frac{5}{8}
= 100% ~~ 1
= 12.50% ~~ 12.5\%
= \frac{1}{2}\% ~~ 0.005
= 17.5\text{ percent} ~~ 17.5%
! 10% ~~ 10
! 50\% ~~ 50
! 10% ~~ 0.01
! 10% ~~ 100%
! 5% ~~ 0.5
! 5% ~~ 5 cm
! 1% ~~ 1
= 5 cm ~~ 5
= 5 cm ~~ 5 centimeters
= 5cm ~~ 5 cm
= 5\text{ cm} ~~ 5 \mathrm{~cm}
= 5 \text{ cm}^2 ~~ 5 square centimeters
= 25 cm^2 ~~ 25 cm²
= 60 km/h ~~ 60 kilometers per hour
= 60 mph ~~ 60 miles per hour
= 10 \text{ m/s} ~~ 10
= 3 hours ~~ 3
= 3 hrs ~~ 3 hours
= 90^\circ ~~ 90
= 90^{\circ} ~~ 90°
= 90^\circ ~~ 90 degrees
= (90^\circ) ~~ 90^\circ
= \frac{270}7\text{ degrees} ~~ \frac{270}{7}
= 12\text{ units} ~~ 12
= \sqrt{2}\text{ cm} ~~ \sqrt{2}
= 3\pi \text{ cm} ~~ 3\pi
= 169 \mathrm{~g} \mathrm{~mol}^{-1} ~~ 169 g/mol
= 6 m ~~ 6
= 45 minutes ~~ 45 min
= 5 ft ~~ 5 feet
= 2 inches ~~ 2 in
= 4 lbs ~~ 4 pounds
= 5 cents ~~ 5¢
= 20 °C ~~ 20
! 5 cm ~~ 5 m
! 5 cm ~~ 6 cm
! 5 cm ~~ 5 cm^2
! 60 km/h ~~ 60 m/s
! 3 hours ~~ 3 minutes
! 5 dollars ~~ 5 cents
! 90^\circ ~~ 91^\circ
! 90^\circ ~~ \frac{\pi}{2}
! 5 feet ~~ 5 inches
! 12 apples ~~ 12 pears
! 6m ~~ 6
! 5 cm ~~ 5 euros
! \sqrt{2}\text{ cm} ~~ \sqrt{2}\text{ km}
! 20 K ~~ 20 °C
= 52_8 ~~ 52_{8}
! 52_8 ~~ 52
= 52_8 ~~ 42
! 4210_{5} ~~ 4210
= 1010_2 ~~ 10
= ff_{16} ~~ 255
= 101_2 ~~ 5_{10}
= 2516_8 ~~ 2516_{8}
= 40_9 ~~ 36
! 52_8 ~~ 52_9
! 52_8 ~~ 53
! 1010_2 ~~ 1011_2
! 1010_2 ~~ 1010_3
! 40_9 ~~ 40_8
`,
);
