"""Which type codes of BAI2 name a single movement, and what kind of movement they name.

The rest of the numbers are balances, sums, or a bank's own. The list is that of the 2005 edition of the standard (its
detail codes; 168 and 169 are detail in some printings and sums in others, and are taken as either).
"""

from typing import Final

MOVEMENTS: Final = frozenset(
    # Money that came in.
    "108 115 116 118 121 122 123 135 136 142 143 145 147 155 156 164 165 166 168 169 171 172 173 174 175 176 184 187 "
    "189 191 195 196 198 201 202 206 208 212 213 214 216 218 221 222 224 226 227 229 232 233 234 235 236 237 238 240 "
    "241 242 243 244 246 247 248 249 252 254 255 257 258 261 263 266 268 274 275 276 277 278 281 286 295 301 306 308 "
    "331 342 344 345 346 347 348 349 351 353 354 357 358 359 362 363 364 366 367 368 369 372 373 374 376 377 378 379 "
    "381 382 383 384 386 387 388 391 392 393 394 395 397 398 399 "
    # Money that went out.
    "408 409 415 421 422 423 435 445 447 451 452 455 462 464 466 468 469 472 474 475 476 477 479 481 484 485 487 489 "
    "491 493 495 496 498 501 502 506 508 512 513 514 516 518 522 524 526 527 529 531 533 535 538 540 541 542 543 544 "
    "546 547 548 549 552 554 555 557 558 561 563 564 566 567 568 574 575 577 578 581 595 597 616 622 627 629 631 633 "
    "634 641 644 651 654 656 657 658 659 661 662 663 664 666 667 668 669 672 673 674 676 677 678 679 681 682 683 684 "
    "686 687 688 691 692 693 694 695 696 697 698 699".split()
)
KINDS: Final = {
    # Sent back to us, or by us: reversals, returned and rejected items, and their settlement.
    **dict.fromkeys(
        "123 168 252 255 257 258 261 266 268 395 423 468 552 555 557 558 561 566 568 694".split(), "return"
    ),
    **dict.fromkeys("155 165 166 451 452 455 462 466".split(), "direct_debit"),
    **dict.fromkeys(
        "142 143 145 164 191 195 196 201 206 208 445 447 464 491 493 495 496 501 506 508".split(), "transfer"
    ),
    "147": "card",
    **dict.fromkeys("242 346 354 359 654 659".split(), "interest"),
    **dict.fromkeys("524 564 567 661 698".split(), "fee"),
}
