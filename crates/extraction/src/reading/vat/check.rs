//! Check digits of VAT identification numbers, as the countries' tax offices publish them.

/// Whether the check digits hold; none where the country's are not known here.
pub(super) fn holds(number: &str) -> Option<bool> {
    let (country, rest) = number.split_at_checked(2)?;
    let digits: Vec<u32> = rest.chars().filter_map(|c| c.to_digit(10)).collect();
    match country {
        "DE" | "HR" => Some(mod_11_10(&digits)),
        "BE" => Some(remainder_of_97(&digits)),
        "FR" => rest.bytes().all(|b| b.is_ascii_digit()).then(|| french(&digits)),
        "IT" => Some(luhn(&digits)),
        "LU" => {
            let value = value_of(&digits);
            Some(value / 100 % 89 == value % 100)
        }
        "PT" => Some(weighted(&digits, 9, |sum| (11 - sum % 11) % 11 % 10)),
        _ => None,
    }
}

fn value_of(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |value: u64, digit| {
        value.saturating_mul(10).saturating_add(u64::from(*digit))
    })
}

/// ISO 7064, MOD 11,10.
fn mod_11_10(digits: &[u32]) -> bool {
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    let product = body.iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == *check
}

/// The last two digits are what is missing to a multiple of 97.
fn remainder_of_97(digits: &[u32]) -> bool {
    let value = value_of(digits);
    97 - value / 100 % 97 == value % 100
}

/// The first two digits are made of the company number behind them.
fn french(digits: &[u32]) -> bool {
    let value = value_of(digits);
    let (key, siren) = (value / 1_000_000_000, value % 1_000_000_000);
    (12 + 3 * (siren % 97)) % 97 == key
}

fn luhn(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 1 { doubled(*digit) } else { *digit })
        .sum();
    sum.is_multiple_of(10)
}

/// Weights that fall from `first` to 2, and what makes the check digit of the sum.
fn weighted(digits: &[u32], first: u32, check: impl Fn(u32) -> u32) -> bool {
    let Some((last, body)) = digits.split_last() else {
        return false;
    };
    let sum: u32 = body
        .iter()
        .zip((2..=first).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    check(sum) == *last
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn check_digits_tell_right_from_wrong() {
        for number in [
            "DE136695976",
            "BE0428759497",
            "FR40303265045",
            "IT00743110157",
            "LU15027442",
            "PT501964843",
        ] {
            assert_eq!(holds(number), Some(true), "{number}");
            let (body, last) = number.split_at(number.len() - 1);
            let wrong = format!("{body}{}", if last == "1" { "2" } else { "1" });
            assert_eq!(holds(&wrong), Some(false), "{wrong}");
        }
        assert_eq!(holds("GB980780684"), None);
        assert_eq!(holds(""), None);
    }
}
