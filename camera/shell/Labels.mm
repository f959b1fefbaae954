#import "shell/Labels.h"

UILabel* MakeLabel(UIFontTextStyle style) {
  UILabel* label = [[UILabel alloc] init];
  label.font = [UIFont preferredFontForTextStyle:style];
  label.adjustsFontForContentSizeCategory = YES;
  label.textColor = [UIColor labelColor];
  label.numberOfLines = 0;
  return label;
}

UIButton* MakeButton(UIButtonConfiguration* look, NSString* title, void (^action)(void)) {
  look.title = title;
  return [UIButton buttonWithConfiguration:look
                             primaryAction:[UIAction actionWithHandler:^(UIAction* tapped) {
                               action();
                             }]];
}

UILabel* MakeUntrainedBanner(void) {
  UILabel* banner = MakeLabel(UIFontTextStyleHeadline);
  banner.text = NSLocalizedString(@"UNTRAINED: the weights are random, so are the answers", nil);
  banner.textAlignment = NSTextAlignmentCenter;
  banner.textColor = [UIColor whiteColor];
  banner.backgroundColor = [UIColor systemRedColor];
  return banner;
}
