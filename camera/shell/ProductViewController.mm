#import "shell/ProductViewController.h"

#include <algorithm>

#import "shell/AnswerText.h"
#import "shell/Labels.h"
#import "shell/Links.h"
#import "shell/PicturePicker.h"
#import "shell/ResultView.h"
#import "shell/StackScrollView.h"
#import "shell/ThumbnailsView.h"

@implementation ProductViewController {
  Services* _services;
  NSMutableArray<Picture*>* _pictures;
  PicturePicker* _picker;
  ThumbnailsView* _thumbnails;
  UILabel* _status;
  ResultView* _result;
  UIButton* _takeButton;
  UIButton* _pickButton;
}

- (instancetype)initWithServices:(Services*)services {
  self = [super initWithNibName:nil bundle:nil];
  if (self) {
    _services = services;
    _pictures = [NSMutableArray array];
    _picker = [[PicturePicker alloc] init];
    __weak ProductViewController* weakSelf = self;
    _picker.reading = ^(BOOL reading) {
      [weakSelf reads:reading];
    };
  }
  return self;
}

- (void)viewDidLoad {
  [super viewDidLoad];
  self.title = NSLocalizedString(@"Product", nil);
  self.view.backgroundColor = [UIColor systemBackgroundColor];
  _thumbnails = [[ThumbnailsView alloc] initWithFrame:CGRectZero];
  _status = MakeLabel(UIFontTextStyleSubheadline);
  _status.textColor = [UIColor secondaryLabelColor];
  [self makeResult];
  [self addParts];
  [self recognize];
}

- (void)makeResult {
  _result = [[ResultView alloc] initWithFrame:CGRectZero];
  __weak ProductViewController* weakSelf = self;
  _result.openShop = ^(const shopcam::Offer& offer) {
    ProductViewController* screen = weakSelf;
    if (screen) OpenShop(offer.shop_url, screen);
  };
}

- (void)addParts {
  __weak ProductViewController* weakSelf = self;
  _takeButton = [self buttonWithTitle:NSLocalizedString(@"Take another view", nil)
                               action:^{
                                 [weakSelf takeTapped];
                               }];
  _pickButton = [self buttonWithTitle:NSLocalizedString(@"Pick another view", nil)
                               action:^{
                                 [weakSelf pickTapped];
                               }];
  UIButton* over = [self buttonWithTitle:NSLocalizedString(@"Start over", nil)
                                  action:^{
                                    [weakSelf startOverTapped];
                                  }];
  UILabel* banner = MakeUntrainedBanner();
  banner.hidden = !_services.settings.untrained;
  UIView* parts = [[StackScrollView alloc]
      initWithViews:@[ banner, _thumbnails, _status, _result, _takeButton, _pickButton, over ]];
  parts.frame = self.view.bounds;
  parts.autoresizingMask = UIViewAutoresizingFlexibleWidth | UIViewAutoresizingFlexibleHeight;
  [self.view addSubview:parts];
}

- (UIButton*)buttonWithTitle:(NSString*)title action:(void (^)(void))action {
  return MakeButton([UIButtonConfiguration borderedButtonConfiguration], title, action);
}

- (void)viewWillAppear:(BOOL)animated {
  [super viewWillAppear:animated];
  [self.navigationController setNavigationBarHidden:NO animated:animated];
  [self.navigationController setToolbarHidden:YES animated:animated];
  if (_thumbnails.arrangedSubviews.count == 0) [_thumbnails showPictures:_pictures];
}

// They are made again from the pictures when the screen comes back.
- (void)didReceiveMemoryWarning {
  [super didReceiveMemoryWarning];
  if (!self.viewIfLoaded.window) [_thumbnails showPictures:@[]];
}

#pragma mark - The views

- (NSUInteger)count {
  return _pictures.count;
}

- (NSUInteger)missing {
  const NSUInteger most = _services.recognizer.mostViews;
  return most > _pictures.count ? most - _pictures.count : 0;
}

- (void)addPictures:(NSArray<Picture*>*)pictures {
  const NSUInteger taken = std::min(pictures.count, self.missing);
  [_pictures addObjectsFromArray:[pictures subarrayWithRange:NSMakeRange(0, taken)]];
  if (self.viewLoaded) [self recognize];
}

- (void)recognize {
  [_thumbnails showPictures:_pictures];
  _status.text = NSLocalizedString(@"Recognising…", nil);
  _takeButton.hidden = self.missing == 0 || !self.takeView;
  _pickButton.hidden = self.missing == 0;
  if (_pictures.count == 0) return;
  const NSUInteger asked = _pictures.count;
  __weak ProductViewController* weakSelf = self;
  [_services.recognizer recognizePictures:_pictures
                               completion:^(const shopcam::Answer& answer, NSString* problem) {
                                 [weakSelf showAnswer:answer problem:problem views:asked];
                               }];
}

- (void)showAnswer:(const shopcam::Answer&)answer
           problem:(NSString*)problem
             views:(NSUInteger)views {
  // Another view has come since; its answer will.
  if (views != _pictures.count) return;
  _result.emptyText = problem ? @"" : NSLocalizedString(@"Nothing was recognised", nil);
  [_result showAnswer:answer];
  _status.text =
      problem
          ?: [NSString localizedStringWithFormat:NSLocalizedString(@"From %lu views", nil),
                                                 static_cast<unsigned long>(views)];
  if (answer.has_offer) [_services.history add:answer.offer];
  if (!self.viewIfLoaded.window) return;
  UIAccessibilityPostNotification(UIAccessibilityLayoutChangedNotification, _result);
}

#pragma mark - The buttons

- (void)takeTapped {
  if (self.takeView) self.takeView(self);
}

- (void)startOverTapped {
  [self.navigationController popViewControllerAnimated:YES];
}

- (void)reads:(BOOL)reading {
  if (reading) {
    _status.text = NSLocalizedString(@"Reading the pictures…", nil);
  } else {
    [self recognize];
  }
}

- (void)pickTapped {
  __weak ProductViewController* weakSelf = self;
  [_picker pickAtMost:self.missing
                above:self
           completion:^(NSArray<Picture*>* pictures) {
             [weakSelf addPictures:pictures];
           }];
}

@end
