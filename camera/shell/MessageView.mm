#import "shell/MessageView.h"

#import "shell/Labels.h"
#import "shell/StackScrollView.h"

static NSString* RemedyTitle(MessageRemedy remedy) {
  switch (remedy) {
    case MessageRemedyNone:
      return nil;
    case MessageRemedyOpenSettings:
      return NSLocalizedString(@"Open Settings", nil);
    case MessageRemedyPickPicture:
      return NSLocalizedString(@"Pick a picture", nil);
    case MessageRemedyTryAgain:
      return NSLocalizedString(@"Try again", nil);
  }
}

@implementation MessageView {
  UIActivityIndicatorView* _spinner;
  UILabel* _headline;
  UITextView* _detail;
  UIButton* _copyButton;
  UIButton* _remedyButton;
  Message* _message;
}

- (instancetype)initWithFrame:(CGRect)frame {
  self = [super initWithFrame:frame];
  if (self) {
    self.backgroundColor = [UIColor systemBackgroundColor];
    // What lies below is not there for VoiceOver either.
    self.accessibilityViewIsModal = YES;
    self.hidden = YES;
    [self makeTexts];
    [self makeButtons];
    [self addParts];
  }
  return self;
}

- (void)makeTexts {
  _spinner = [[UIActivityIndicatorView alloc]
      initWithActivityIndicatorStyle:UIActivityIndicatorViewStyleLarge];
  _headline = MakeLabel(UIFontTextStyleTitle1);
  _headline.accessibilityTraits = UIAccessibilityTraitHeader;
  // A label's text could not be selected.
  _detail = [[UITextView alloc] init];
  _detail.font = [UIFont preferredFontForTextStyle:UIFontTextStyleBody];
  _detail.adjustsFontForContentSizeCategory = YES;
  _detail.textColor = [UIColor labelColor];
  _detail.backgroundColor = [UIColor clearColor];
  _detail.editable = NO;
  _detail.scrollEnabled = NO;
}

- (void)makeButtons {
  __weak MessageView* weakSelf = self;
  _copyButton = MakeButton([UIButtonConfiguration borderedButtonConfiguration],
                           NSLocalizedString(@"Copy", nil), ^{
                             [weakSelf copyDetail];
                           });
  _remedyButton = MakeButton([UIButtonConfiguration filledButtonConfiguration], @"", ^{
    [weakSelf remedyTapped];
  });
}

- (void)addParts {
  StackScrollView* parts = [[StackScrollView alloc]
      initWithViews:@[ _spinner, _headline, _detail, _copyButton, _remedyButton ]];
  parts.translatesAutoresizingMaskIntoConstraints = NO;
  [self addSubview:parts];
  UILayoutGuide* safe = self.safeAreaLayoutGuide;
  [NSLayoutConstraint activateConstraints:@[
    [parts.centerYAnchor constraintEqualToAnchor:safe.centerYAnchor],
    [parts.topAnchor constraintGreaterThanOrEqualToAnchor:safe.topAnchor],
    [parts.leadingAnchor constraintEqualToAnchor:self.leadingAnchor],
    [parts.trailingAnchor constraintEqualToAnchor:self.trailingAnchor],
  ]];
}

- (void)showMessage:(Message*)message {
  if (!message && !_message) return;
  _message = message;
  self.hidden = message == nil;
  _headline.text = message.headline;
  _detail.text = message.detail;
  _detail.hidden = message.detail.length == 0;
  message.busy ? [_spinner startAnimating] : [_spinner stopAnimating];
  _copyButton.hidden = !message.copyable;
  UIButtonConfiguration* look = [UIButtonConfiguration filledButtonConfiguration];
  look.title = RemedyTitle(message.remedy);
  _remedyButton.configuration = look;
  _remedyButton.hidden = look.title == nil;
  // The element that had VoiceOver's attention may be gone.
  UIAccessibilityPostNotification(UIAccessibilityScreenChangedNotification,
                                  message ? _headline : nil);
}

- (void)copyDetail {
  [UIPasteboard generalPasteboard].string = _message.detail;
  UIAccessibilityPostNotification(UIAccessibilityAnnouncementNotification,
                                  NSLocalizedString(@"Copied", nil));
}

- (void)remedyTapped {
  if (self.applyRemedy) self.applyRemedy(_message.remedy);
}

@end
