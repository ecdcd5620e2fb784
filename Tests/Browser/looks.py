"""Pictures of every screen in both languages, on a phone and a desk, light and dark, for a person to look at."""

from visitor import Failed, wait_until

SIZES = {"desk": dict(width=1280, height=800), "phone": dict(width=390, height=844, touch=True)}


def look(house, language, size, scheme):
    name = f"{size}-{language}-{scheme}"
    visitor = house.visitor(
        f"Look {name}", locale={"ko": "ko-KR", "en": "en-GB"}[language], scheme=scheme, **SIZES[size]
    )
    visitor.open("/")
    visitor.page.locator(".card").first.wait_for()
    house.picture(visitor, f"events-{name}")
    visitor.open_performance(house.performance_id)
    visitor.settle()
    house.picture(visitor, f"map-{name}")
    if visitor.ask("() => document.documentElement.lang") != language:
        raise Failed(f"the page is not in {language}")
    overflow = visitor.ask("() => document.documentElement.scrollWidth - innerWidth")
    if overflow > 0:
        raise Failed(f"the page is {overflow} px wider than the screen")
    if visitor.ask("() => [...document.querySelectorAll('#top > *')].some((part) => part.offsetHeight > 56)"):
        raise Failed("the header's parts don't fit into it")
    seats = house.seats(visitor, 2)
    visitor.click_seat(seats[0])
    visitor.page.locator("dialog[open]").wait_for()
    house.picture(visitor, f"sign-in-{name}")
    visitor.fill_sign_up()
    wait_until(lambda: visitor.ask("(seat) => boxOffice.isMine(seat)", seats[0]), "the seat")
    visitor.click_seat(seats[1])
    wait_until(lambda: visitor.ask("(seat) => boxOffice.isMine(seat)", seats[1]), "the second seat")
    visitor.settle()
    house.picture(visitor, f"chosen-{name}")
    if size == "phone":
        visitor.page.locator(".grip").click()
        visitor.settle()
        house.picture(visitor, f"sheet-{name}")
        visitor.page.locator(".grip").click()
    visitor.go_to_pay()
    house.picture(visitor, f"pay-{name}")
    visitor.pay_with("sandbox_succeed")
    visitor.wait_paid()
    house.picture(visitor, f"paid-{name}")
    visitor.open("/tickets")
    visitor.page.locator(".ticket").first.wait_for()
    house.picture(visitor, f"tickets-{name}")


def make(language, size, scheme):
    def check(house):
        look(house, language, size, scheme)

    check.size = size
    check.__doc__ = f"Every screen can be used and is pictured: {language}, {size}, {scheme}"
    return check


CHECKS = [make(language, size, scheme) for language in ("ko", "en") for size in SIZES for scheme in ("light", "dark")]
